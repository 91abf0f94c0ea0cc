package io.nexus.server.dialect.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import io.nexus.control.money.Prompt;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import io.nexus.control.spi.TokenCounter;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SaidUsageTest {

  private static final String EACH = "{\"prompt_tokens\":100,\"completion_tokens\":%d}";

  private final SaidUsage said = new SaidUsage();
  private final OutputMeter meter = new OutputMeter(new CharCounter());

  /** A way to read a value at which a parser stands. */
  private interface Reading {
    boolean read(ReusableJsonParser json) throws IOException;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'total_tokens':1500; 1500; 0",
        "'prompt_tokens':0,'completion_tokens':0,'total_tokens':1500; 1500; 0",
        "'completion_tokens':50,'total_tokens':1500; 1450; 50",
        "'completion_tokens':50,'reasoning_tokens':70,'total_tokens':1500; 1380; 120",
        "'candidatesTokenCount':50,'thoughtsTokenCount':70,'totalTokenCount':150; 30; 120",
        "'completion_tokens':50,'total_tokens':40; 0; 50",
        "'cached_tokens':100,'total_tokens':150; 100; 50",
        "'prompt_tokens':100,'total_tokens':1500; 100; 1400"
      })
  void reported_total_isInputUnlessItIsSaidToBeOutput(String numbers, long input, long output)
      throws IOException {
    document("{" + numbers.replace('\'', '"') + "}", "words");
    assertEquals(input, used().inputTokens());
    assertEquals(output, used().outputTokens());
  }

  @Test
  void reported_aNumberOfEachChunk_isTheirSum() throws IOException {
    for (int i = 0; i < 12; i++) {
      document(EACH.formatted(5), "words");
    }
    assertEquals(Usage.of(100, 60), used());
  }

  @Test
  void reported_aNumberOfEachChunk_keepsCostAndDetails() throws IOException {
    for (int i = 0; i < 12; i++) {
      document(
          "{\"prompt_tokens\":100,\"completion_tokens\":5,\"cached_tokens\":40,\"cost\":0.5}",
          "words");
    }
    assertEquals(Money.usd("0.5"), said.reported(meter).cost());
    assertEquals(40, used().cachedInputTokens());
    assertEquals(60, used().outputTokens());
  }

  @Test
  void reported_sameNumberInFewChunks_isTheNumber() throws IOException {
    for (int i = 0; i < 7; i++) {
      document(EACH.formatted(5), "words");
    }
    assertEquals(5, used().outputTokens(), "seven chunks may have it by chance");
    document(EACH.formatted(5), "words");
    assertEquals(40, used().outputTokens());
  }

  @Test
  void reported_totalsThatGrow_areTheGreatest() throws IOException {
    for (int i = 1; i <= 12; i++) {
      document(EACH.formatted(i), "words");
      document("{}", "words");
    }
    assertEquals(12, used().outputTokens());
  }

  @Test
  void reported_totalThatRestsOnce_isOfEachChunkIfThatIsNearer() throws IOException {
    for (int tokens : new int[] {5, 6, 6, 7, 8, 9, 10, 11, 12}) {
      document(EACH.formatted(tokens), "w".repeat(tokens));
    }
    assertEquals(74, used().outputTokens());
  }

  @Test
  void reported_theWholeInEachChunk_isTheWhole() throws IOException {
    for (int i = 0; i < 50; i++) {
      document(EACH.formatted(50), "w");
    }
    assertEquals(50, used().outputTokens());
  }

  @Test
  void end_documentWithoutText_isNoStep() throws IOException {
    for (int i = 0; i < 12; i++) {
      document(EACH.formatted(5), "words");
    }
    document(EACH.formatted(7), "");
    assertEquals(60, used().outputTokens());
  }

  @Test
  void begin_documentWithoutUsage_countsNoNumberOfTheLast() throws IOException {
    for (int i = 0; i < 12; i++) {
      document(EACH.formatted(5), "words");
      document("{}", "words");
    }
    assertEquals(60, used().outputTokens());
  }

  @Test
  void read_twoInOneDocument_countsTheGreater() throws IOException {
    for (int i = 0; i < 12; i++) {
      said.begin();
      parse(EACH.formatted(5), said::read);
      parse(EACH.formatted(3), said::read);
      text("words");
    }
    assertEquals(60, used().outputTokens());
  }

  @Test
  void readElsewhere_nothingInPlace_counts() throws IOException {
    assertTrue(said.isEmpty());
    assertTrue(parse(EACH.formatted(9), said::readElsewhere));
    assertFalse(said.isEmpty());
    assertEquals(Usage.of(100, 9), used());
  }

  @Test
  void readElsewhere_somethingInPlace_doesNotCount() throws IOException {
    parse(EACH.formatted(900), said::readElsewhere);
    parse(EACH.formatted(9), said::read);
    assertEquals(Usage.of(100, 9), used());
  }

  @Test
  void search_usageAtDepthBesideOthers_isFound() throws IOException {
    var text = "{\"a\":{\"b\":[1],\"c\":{\"Usage\":" + EACH.formatted(9) + "}},\"d\":{\"e\":{}}}";
    assertTrue(parse(text, said::search));
    assertEquals(Usage.of(100, 9), used());
    assertFalse(parse("{\"a\":{\"bill\":" + EACH.formatted(9) + "}}", said::search));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"prompt_tokens\":100,\"completion_tokens\":9} | 100 | 9",
        "[{\"prompt_tokens\":100},{\"completion_tokens\":9}] | 100 | 9",
        "[{\"completion_tokens\":9},{\"prompt_tokens\":100}] | 100 | 9",
        "[[{\"prompt_tokens\":100}],7,null] | 100 | 0",
        "\" {\\\"prompt_tokens\\\":100,\\\"completion_tokens\\\":9}\" | 100 | 9",
        "\"{\\\"prompt_tokens\\\":100,\\\"completion\" | 100 | 0",
        "\"100\" | 0 | 0",
        "\"\" | 0 | 0",
        "null | 0 | 0",
        "7 | 0 | 0",
      })
  void readInPlaceOfOne_whateverItIs_isReadAsMeant(String json, long input, long output)
      throws IOException {
    assertEquals(output > 0, parse(json, said::readInPlaceOfOne));
    assertEquals(Usage.of(input, output), used());
  }

  @Test
  void readElsewhere_timings_countWhatCameFromTheCacheToo() throws IOException {
    parse("{\"cache_n\":900,\"prompt_n\":100,\"predicted_n\":9}", said::readElsewhere);
    assertEquals(1000, used().inputTokens());
    assertEquals(900, used().cachedInputTokens());
    assertEquals(9, used().outputTokens());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'cache_n':200,'prompt_n':400,'predicted_n':9",
        "'prompt_n':400,'cache_n':200,'predicted_n':9",
        "'prompt_n':400,'predicted_n':9,'cache_n':200"
      })
  void readElsewhere_timingsInAnyOrder_sayTheWholePrompt(String timings) throws IOException {
    parse("{" + timings.replace('\'', '"') + "}", said::readElsewhere);
    assertEquals(600, used().inputTokens());
    assertEquals(200, used().cachedInputTokens());
  }

  @Test
  void readElsewhere_timingsWithoutTheCache_sayNothingOfThePrompt() throws IOException {
    parse("{\"prompt_n\":100,\"predicted_n\":9}", said::readElsewhere);
    assertEquals(Usage.of(0, 9), used());
  }

  private void document(String usage, String text) throws IOException {
    said.begin();
    parse(usage, said::read);
    text(text);
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      meter.text(text);
      meter.piece();
    }
    said.end(!text.isEmpty());
  }

  private static boolean parse(String text, Reading reading) throws IOException {
    var bytes = ("[" + text + "]").getBytes(StandardCharsets.UTF_8);
    try (var json = ReusableJsonParser.of(bytes, 0, bytes.length)) {
      json.nextToken();
      json.nextToken();
      return reading.read(json);
    }
  }

  private Usage used() {
    return said.reported(meter).usage();
  }

  /** A token a character. */
  private static final class CharCounter implements TokenCounter.ForModel {

    @Override
    public TokenCountTier tier() {
      return TokenCountTier.EXACT;
    }

    @Override
    public TokenCount count(Prompt prompt) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long count(CharSequence text) {
      return text.length();
    }
  }
}
