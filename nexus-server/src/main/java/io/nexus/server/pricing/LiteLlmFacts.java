package io.nexus.server.pricing;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelFacts.Support;
import io.nexus.control.money.ModelFacts.Thinking;
import java.math.BigDecimal;
import java.util.Map;

/** What LiteLLM's map says of a model beside its prices. */
final class LiteLlmFacts {

  /** Names for what a model is for, where the built-in table has another. */
  private static final Map<String, String> MODES =
      Map.of(
          "image_generation", "image",
          "audio_transcription", "transcription",
          "audio_speech", "speech",
          "video_generation", "video",
          "moderations", "moderation");

  private LiteLlmFacts() {}

  /** What the model is for, by the name that facts have for it. */
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

  /** A limit that is text without a number, as the file has it here and there, is not known. */
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
