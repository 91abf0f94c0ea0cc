package io.nexus.server.pricing;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelFacts.Support;
import io.nexus.control.money.ModelFacts.Thinking;
import java.math.BigDecimal;
import java.util.Map;

/** Facts of a model in LiteLLM's map, other than prices. */
final class LiteLlmFacts {

  /** Names of purposes that differ from the built-in table's. */
  private static final Map<String, String> MODES =
      Map.of(
          "image_generation", "image",
          "audio_transcription", "transcription",
          "audio_speech", "speech",
          "video_generation", "video",
          "moderations", "moderation");

  private LiteLlmFacts() {}

  /** The model's purpose, under the name used in facts. */
  static String mode(String written) {
    return written.contains(" ") ? "" : MODES.getOrDefault(written, written);
  }

  static ModelFacts of(Map<String, String> fields, String mode) {
    long prompt = tokens(fields, "max_input_tokens");
    return new ModelFacts(
        prompt > 0 ? prompt : tokens(fields, "max_tokens"),
        prompt,
        tokens(fields, "max_output_tokens"),
        support(fields, "supports_vision"),
        support(fields, "supports_function_calling"),
        thinking(fields),
        mode,
        fields.getOrDefault("web_search_billing_unit", "").equals("query"));
  }

  private static Thinking thinking(Map<String, String> fields) {
    if (support(fields, "thinking_always_on") == Support.YES) {
      return Thinking.ALWAYS;
    }
    if (support(fields, "thinking_on_by_default") == Support.YES) {
      return Thinking.DEFAULT;
    }
    return switch (support(fields, "supports_reasoning")) {
      case YES -> Thinking.ABLE;
      case NO -> Thinking.NEVER;
      case UNKNOWN -> Thinking.UNKNOWN;
    };
  }

  /** A limit; text without a number, which the file sometimes contains, counts as unknown. */
  private static long tokens(Map<String, String> fields, String name) {
    try {
      return Math.max(0, new BigDecimal(fields.getOrDefault(name, "0").strip()).longValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      return 0;
    }
  }

  private static Support support(Map<String, String> fields, String name) {
    return switch (fields.getOrDefault(name, "")) {
      case "true" -> Support.YES;
      case "false" -> Support.NO;
      case String _ -> Support.UNKNOWN;
    };
  }
}
