package io.nexus.server.dialect.openai.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.money.Money;
import io.nexus.control.money.Prompt;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.TokenCounter;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.usage.UsageShape;
import io.nexus.server.dialect.usage.UsageSpelling;
import io.nexus.server.dialect.usage.Used;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever an answer really used is what the reader says it used, in whichever provider's words,
 * order and place it is told, at once or over many chunks, among zeros and nulls.
 */
class UsageByMeaningTest {

  private static final int CASES = 400;
  private static final Money COST = Money.usd("1234.567891234");
  private static final String[] TIERS = {"default", "priority", "flex", "batch"};
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final TokenCounter.ForModel COUNTER =
      new TokenCounter.ForModel() {
        @Override
        public TokenCount count(Prompt prompt) {
          throw new UnsupportedOperationException("nobody counts a prompt here");
        }

        @Override
        public long count(CharSequence text) {
          return text.length() / 4;
        }

        @Override
        public TokenCountTier tier() {
          return TokenCountTier.EXACT;
        }
      };

  /** One answer, and its usage. */
  private static final class Case {
    private final UsageShape shape;
    private final Random random;
    private final UsageSpelling spelling;
    private final Used told;
    private final @Nullable Money cost;
    private final String tier;

    Case(UsageShape shape, long seed) {
      this.shape = shape;
      random = new Random(seed);
      spelling = new UsageSpelling(random);
      told = shape.told(Used.any(random));
      cost = random.nextInt(3) == 0 ? new Money(random.nextLong(1, 10_000_000_000L) * 100) : null;
      tier = TIERS[random.nextInt(TIERS.length)];
    }

    ReportedUsage truth() {
      return new ReportedUsage(told.usage(), cost, ServiceTier.of(tier));
    }

    private ObjectNode usage() {
      var usage = shape.object(told);
      if (cost != null) {
        spelling.state(usage, cost);
      }
      return usage;
    }

    String whole() {
      var answer = JsonNodeFactory.instance.objectNode();
      answer.put("id", "c").put("service_tier", tier);
      answer.putArray("choices").addObject().put("finish_reason", "stop").putObject("message");
      place(answer, spelling.of(usage()));
      return answer.toString();
    }

    /** Text, then usage; before, between and after them meaningless fields. */
    List<String> stream() {
      var chunks = new ArrayList<String>();
      int texts = random.nextInt(1, 5);
      for (int i = 0; i < texts; i++) {
        var chunk = piece();
        switch (random.nextInt(5)) {
          case 0 -> chunk.putNull("usage");
          case 1 -> chunk.putObject("usage");
          case 2 -> place(chunk, spelling.of(shape.object(NOTHING)));
          case 3 -> place(chunk, spelling.of(shape.object(begun())));
          default -> {}
        }
        chunks.add(chunk.toString());
      }
      for (var part : spelling.parted(usage(), random.nextInt(1, 4))) {
        var last = JsonNodeFactory.instance.objectNode();
        last.put("id", "c").putArray("choices");
        place(last, spelling.of(part));
        chunks.add(last.toString());
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        var after = JsonNodeFactory.instance.objectNode();
        after.put("service_tier", tier).putArray("choices");
        after.set(
            "usage",
            random.nextBoolean()
                ? JsonNodeFactory.instance.objectNode()
                : spelling.of(shape.object(NOTHING)));
        chunks.add(after.toString());
      }
      return chunks;
    }

    private ObjectNode piece() {
      var chunk = JsonNodeFactory.instance.objectNode();
      chunk.put("id", "c").put("service_tier", tier);
      var choice = chunk.putArray("choices").addObject().put("index", 0);
      choice.putObject("delta").put("content", "some text");
      return chunk;
    }

    /** The usage before the end: its prompt, and a part of the output. */
    private Used begun() {
      return shape.told(
          new Used(
              told.input(),
              told.cached(),
              told.written(),
              told.hour(),
              told.audio(),
              told.tools(),
              told.output() / 2,
              told.reasoning() / 2,
              told.spoken() / 2,
              told.drawn() / 2,
              told.searches()));
    }

    private void place(ObjectNode document, ObjectNode usage) {
      boolean choice = document.path("choices").path(0).isObject();
      switch (random.nextInt(8)) {
        case 0 -> document.putObject("x_groq").put("id", "r").set("usage", usage);
        case 1 -> document.set("usageMetadata", usage);
        case 2 -> document.set("usage_metadata", usage);
        case 3 -> document.putObject("response").set("usage", usage);
        case 4 -> document.putObject("message").put("role", "assistant").set("usage", usage);
        case 5 -> {
          if (choice) {
            ((ObjectNode) document.path("choices").path(0)).set("usage", usage);
          } else {
            document.set("usage", usage);
          }
        }
        default -> document.set("usage", usage);
      }
    }
  }

  private static final Used NOTHING = new Used(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  @ParameterizedTest
  @EnumSource
  void whole_ofAnyShape_saysWhatWasUsed(UsageShape shape) throws Exception {
    for (int seed = 0; seed < CASES; seed++) {
      var one = new Case(shape, seed);
      var text = one.whole();
      var body = text.getBytes(StandardCharsets.UTF_8);
      var answer = ChatAnswer.read(body, new OutputMeter(COUNTER));
      var where = shape + ", seed " + seed + ": " + text;
      assertEquals(one.truth(), answer.usage(), where);
      assertTrue(answer.isUsageLast(), where);
      assertNull(answer.error(), where);
      assertOneCost(body, answer, where);
    }
  }

  @ParameterizedTest
  @EnumSource
  void stream_ofAnyShape_saysWhatWasUsed(UsageShape shape) {
    for (int seed = 0; seed < CASES; seed++) {
      var one = new Case(shape, seed);
      var reader = new ChunkReader(new OutputMeter(COUNTER));
      var chunks = one.stream();
      var where = shape + ", seed " + seed + ": " + String.join("\n", chunks);
      for (var chunk : chunks) {
        var bytes = chunk.getBytes(StandardCharsets.UTF_8);
        assertNull(reader.read(bytes, 0, bytes.length, false).error(), where);
      }
      assertEquals(one.truth(), reader.usage(), where);
      assertTrue(reader.isUsageLast(), where);
    }
  }

  /** The client gets one cost, if there is a place for it, and everything else unchanged. */
  private static void assertOneCost(byte[] body, ChatAnswer answer, String where) throws Exception {
    var text = new String(answer.withCost(body, COST), StandardCharsets.UTF_8);
    var got = JSON.readTree(text);
    boolean hasPlace = answer.usageAt() != null && answer.usageAt().brace() > 0;
    boolean isObject = JSON.readTree(body).findValue("cost") instanceof ObjectNode;
    assertEquals(hasPlace && !isObject ? 2 : 1, text.split(COST.toString(), -1).length, where);
    assertEquals(withoutCost(JSON.readTree(body)), withoutCost(got), where);
  }

  private static JsonNode withoutCost(JsonNode node) {
    for (var holder : node.findParents("cost")) {
      ((ObjectNode) holder).remove("cost");
    }
    return node;
  }
}
