package io.nexus.server.dialect.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.money.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Changes to an object that keep its meaning, from one seed. */
public final class UsageSpelling {

  private static final String[] ZEROS = {
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "input_tokens",
    "output_tokens",
    "promptTokenCount",
    "candidatesTokenCount",
    "cached_tokens",
    "reasoning_tokens"
  };

  private final Random random;

  /** Spells by chance. */
  public UsageSpelling(Random random) {
    this.random = random;
  }

  /** The object in another order, with some numbers as text, and with things that mean nothing. */
  public ObjectNode of(ObjectNode object) {
    var written = JsonNodeFactory.instance.objectNode();
    for (var field : object.properties()) {
      written.set(field.getKey(), spelled(field.getValue()));
    }
    if (random.nextInt(3) == 0) {
      var zero = ZEROS[random.nextInt(ZEROS.length)];
      if (!written.has(zero)) {
        written.put(zero, 0);
      }
    }
    if (random.nextInt(3) == 0) {
      written.putNull("prompt_tokens_details_of_nobody");
      written.put("max_tokens", 4_000_000);
      written.put("tokens_per_second", 4_000_000.5);
      written.putArray("iterations");
      written.putObject("audio_tokens_details");
    }
    return shuffled(written);
  }

  private JsonNode spelled(JsonNode value) {
    if (value instanceof ObjectNode object) {
      var parts = JsonNodeFactory.instance.objectNode();
      object.properties().forEach(field -> parts.set(field.getKey(), spelled(field.getValue())));
      return shuffled(parts);
    }
    if (!value.isIntegralNumber()) {
      return value;
    }
    return switch (random.nextInt(12)) {
      case 0 -> JsonNodeFactory.instance.textNode(value.asText());
      case 1 -> JsonNodeFactory.instance.numberNode(value.decimalValue().setScale(1));
      default -> value;
    };
  }

  private ObjectNode shuffled(ObjectNode object) {
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(names::add);
    Collections.shuffle(names, random);
    var other = JsonNodeFactory.instance.objectNode();
    names.forEach(name -> other.set(name, object.get(name)));
    return other;
  }

  /** The object in this number of parts, each with some of its fields. */
  public List<ObjectNode> parted(ObjectNode object, int parts) {
    var all = new ArrayList<ObjectNode>();
    for (int i = 0; i < parts; i++) {
      all.add(JsonNodeFactory.instance.objectNode());
    }
    object
        .properties()
        .forEach(field -> all.get(random.nextInt(parts)).set(field.getKey(), field.getValue()));
    return all;
  }

  /** Adds that cost in one of the forms in which providers state it. */
  public void state(ObjectNode usage, Money cost) {
    var usd = new BigDecimal(cost.toString());
    switch (random.nextInt(6)) {
      case 0 -> usage.put("cost", usd);
      case 1 -> usage.put("cost", cost.toString());
      case 2 ->
          usage
              .putObject("cost")
              .put("input_tokens_cost", usd.divide(BigDecimal.TWO))
              .put("request_cost", 5)
              .put("total_cost", usd);
      case 3 -> usage.put("cost_in_usd_ticks", usd.movePointRight(10).longValueExact());
      case 4 -> usage.put("total_cost", usd);
      default -> {
        usage.put("is_byok", true).put("cost", usd.divide(BigDecimal.TEN));
        usage
            .putObject("cost_details")
            .put("upstream_inference_cost", usd.subtract(usd.divide(BigDecimal.TEN)));
      }
    }
  }
}
