package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;

/** The fields of a chat request that the translations to all other APIs treat alike. */
final class ChatHints {

  private ChatHints() {}

  /** Takes hints, and fields that only state the default. */
  static void take(Fields fields) {
    fields.hints(
        "metadata",
        "store",
        "prompt_cache_key",
        "prompt_cache_retention",
        "service_tier",
        "verbosity",
        "prediction",
        "seed",
        "cache_control");
    fields.only("n", IntNode.valueOf(1));
    fields.only("logprobs", BooleanNode.FALSE);
    fields.only("top_logprobs", IntNode.valueOf(0));
    fields.only("modalities", Tree.array().add(TextNode.valueOf("text")));
    JsonNode bias = fields.take("logit_bias");
    if (bias != null && !bias.isEmpty()) {
      throw fields.refusal("logit_bias");
    }
  }

  /** Whether the client requests usage at the end of a stream. */
  static boolean usageWanted(@Nullable Fields options) {
    if (options == null) {
      return false;
    }
    boolean wanted = options.flag("include_usage");
    options.hints("include_obfuscation");
    options.end();
    return wanted;
  }

  /** Takes the stop sequences: one, or a list. */
  static void stop(Fields fields, ObjectNode said, String as) {
    var stop = fields.take("stop");
    if (stop != null) {
      said.set(as, stop instanceof ArrayNode ? stop : Tree.array().add(stop));
    }
  }

  /** The function of a tool; other tools run at their provider. */
  static Fields function(Fields tool) {
    if (!tool.text("type").equals("function")) {
      throw tool.refusal("type");
    }
    var function = tool.within("function");
    if (function == null) {
      throw Wording.wrong(tool.at("function"), "an object");
    }
    return function;
  }

  /** Takes penalties of zero. */
  static void noPenalties(Fields fields) {
    for (var name : new String[] {"presence_penalty", "frequency_penalty"}) {
      var penalty = fields.take(name);
      if (penalty != null && penalty.doubleValue() != 0) {
        throw fields.refusal(name);
      }
    }
  }
}
