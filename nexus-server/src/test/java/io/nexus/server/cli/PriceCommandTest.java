package io.nexus.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceCommandTest {

  private static final String DAY = "2026-11-28";

  @TempDir private Path folder;

  private record Ended(int exit, String out, String err) {}

  @Test
  void price_modelWithTiersLevelsAndFees_showsEachWithItsSource() throws IOException {
    var out = ok("gpt-5.4", "--date", DAY);

    assertHas(out, "gpt-5.4 at openai: the entry 'gpt-5.4' of built-in table");
    assertHas(out, "  input                  2.5 USD per million tokens\n");
    assertHas(out, "  cached input           0.25 USD per million tokens\n");
    assertHas(out, "  reasoning output       15 USD per million tokens\n");
    assertHas(out, "  search                 0.01 USD each\n");
    assertHas(out, "  search preview         0.025 USD each\n");
    assertHas(out, "above 272000 tokens of prompt:\n  input                  5 USD");
    assertHas(out, "tier flex:\n  input                  1.25 USD");
    assertHas(out, "tier flex, above 272000 tokens of prompt:\n  input                  2.5 USD");
    assertHas(out, "tier priority:\n  input                  5 USD");
    assertHas(out, "region eu: tokens cost 1.1 times as much\n");
    assertHas(out, "  1000 tokens in and 500 out cost 0.01 USD\n");
    assertHas(out, "  also at ");
    assertHas(out, "longest answer 128000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt-5.4 --tier priority | 1000 tokens in and 500 out cost 0.02 USD in tier priority",
        "gpt-5.4 --tier flex | 1000 tokens in and 500 out cost 0.005 USD in tier flex",
        "gpt-5.4 --cached 400 | 1000 tokens in, 400 of them cached and 500 out cost 0.0091 USD",
        "gpt-5.4 --input 300000 --output 1000 | 300000 tokens in and 1000 out cost 1.5225 USD",
        "gpt-5.4 --region eu | input                  2.75 USD per million tokens",
        "gpt-5.4 --use search=3 | 1000 tokens in and 500 out, search 3 cost 0.04 USD",
        "claude-opus-4-8 --cache-write 1000 | cost 0.01875 USD",
        "claude-opus-4-8 --use cache_write_1h=1000 | cost 0.0225 USD",
        "claude-opus-4-8 | claude-opus-4-8 at anthropic: the entry",
        "claude-opus-4-8 | cache write 1h         10 USD per million tokens",
        "gemini-4-argon | gemini-4-argon at google: the entry",
        "gemini-4-argon | other prices hold from 2026-12-01 on: see --date 2026-12-01",
        "gpt-4o --tier flex | tier flex has no prices of its own and costs as the standard one:",
        "groq/openai/gpt-oss-120b | openai/gpt-oss-120b at groq: the entry",
        "openai/gpt-4o | gpt-4o at openai: the entry",
        "gpt-4o --provider x-ai | gpt-4o at xai: unknown: a conservative price applies",
        "whisper-1 | audio hour             0.36 USD per hour",
        "sonar | request                0.012 USD each",
        "gpt-4o-2031-01-01 | a version of the entry 'gpt-4o' of built-in table",
        "no-such-model | no-such-model: unknown: a conservative price applies",
      })
  void price_questions_areAnswered(String args, String told) throws IOException {
    assertHas(ok((args + " --date " + DAY).split(" ", -1)), told);
  }

  @Test
  void price_dayOfARise_isThatOfTheDay() throws IOException {
    assertHas(ok("gemini-4-argon", "--date", DAY), "  input                  2 USD per");
    var later = ok("gemini-4-argon", "--date", "2026-12-01");
    assertHas(later, "  input                  4 USD per");
    assertFalse(later.contains("other prices hold"), later);
  }

  @Test
  void price_modelOfABackend_isThatOfItsProviderAndRegion() throws IOException {
    var toml =
        """
        [[backends]]
        name = "eu"
        type = "openai"
        url = "https://eu.api.openai.com/v1"
        models = ["gpt-5.6-sol", "mine"]
        [[backends]]
        name = "home"
        type = "ollama"
        url = "http://localhost:11434/v1"
        models = ["mine"]
        [[pricing]]
        model = "m*e"
        provider = "openai"
        input = 7
        output = 8
        [pricing.tiers.priority]
        input = 14
        """;
    assertHas(with(toml, "gpt-5.6-sol"), "  input                  4.4 USD per million tokens\n");
    var both = with(toml, "mine");
    assertHas(both, "mine at openai: fits the entry 'm*e' of nexus.toml");
    assertHas(both, "tier priority:\n  input                  14 USD");
    assertHas(both, "mine at ollama: local, and not priced: free");
    assertHas(with(toml, "maple"), "maple: fits the entry 'm*e' of nexus.toml");
  }

  @ParameterizedTest
  @CsvSource({
    "m --cached -1, --cached",
    "m --date soon, --date: soon is not a day",
    "m --use hologram=1, --use: no kind of price: 'hologram'",
    "m --use search=many, --use",
  })
  void price_misuse_saysWhatIsWrong(String args, String told) throws IOException {
    var ended = run(args.split(" ", -1));
    assertEquals(2, ended.exit(), ended.err());
    assertTrue(ended.err().startsWith("nexus: usage: "), ended.err());
    assertTrue(ended.err().contains(told), ended.err());
  }

  private static void assertHas(String out, String text) {
    assertTrue(out.contains(text), () -> "not in it: " + text + "\n" + out);
  }

  private String ok(String... args) throws IOException {
    return with("", args);
  }

  private String with(String toml, String... args) throws IOException {
    Files.writeString(folder.resolve("nexus.toml"), toml);
    var ended = run(args);
    assertEquals(0, ended.exit(), ended.err());
    return ended.out();
  }

  private Ended run(String... args) throws IOException {
    var file = folder.resolve("nexus.toml");
    if (!Files.exists(file)) {
      Files.writeString(file, "");
    }
    var all = new String[args.length + 3];
    all[0] = "price";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--config";
    all[args.length + 2] = file.toString();
    var out = System.out;
    var err = System.err;
    var printed = new ByteArrayOutputStream();
    var told = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
      int exit = NexusCommand.run(all);
      return new Ended(
          exit, printed.toString(StandardCharsets.UTF_8), told.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
