package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** The fields of a chat request that other APIs have no word for and that need none. */
final class ChatHints {

  private ChatHints() {}

  /** Takes what only hints, and what says no more than what holds anyway. */
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

  /** Takes penalties that punish nothing. */
  static void noPenalties(Fields fields) {
    for (var name : new String[] {"presence_penalty", "frequency_penalty"}) {
      var penalty = fields.take(name);
      if (penalty != null && penalty.doubleValue() != 0) {
        throw fields.refusal(name);
      }
    }
  }
}
