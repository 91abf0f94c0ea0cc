package io.nexus.config;

import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.util.Optional;

/** {@code [[pricing]]} and {@code [pricing_files]}. */
final class PricingSection {

  private static final Key<String> MODEL = Key.of("model", Types.glob());
  private static final Key<String> PROVIDER = Key.of("provider", Types.name());
  private static final Key<Money> INPUT = Key.of("input", Types.usd());
  private static final Key<Money> CACHED_INPUT = Key.of("cached_input", Types.usd());
  private static final Key<Money> CACHE_WRITE = Key.of("cache_write", Types.usd());
  private static final Key<Money> OUTPUT = Key.of("output", Types.usd());
  private static final Key<Money> REASONING = Key.of("reasoning", Types.usd());
  private static final Key<Money> AUDIO_INPUT = Key.of("audio_input", Types.usd());
  private static final Key<Money> AUDIO_OUTPUT = Key.of("audio_output", Types.usd());
  private static final Key<Money> PER_REQUEST = Key.of("per_request", Types.usd(), Money.ZERO);
  private static final Key<Long> LONG_PROMPT_ABOVE =
      Key.of("long_prompt_above", Types.wholeFrom(1));
  private static final Key<Money> LONG_PROMPT_INPUT = Key.of("long_prompt_input", Types.usd());
  private static final Key<Money> LONG_PROMPT_OUTPUT = Key.of("long_prompt_output", Types.usd());
  private static final Key<Long> MAX_OUTPUT_TOKENS =
      Key.of("max_output_tokens", Types.wholeFrom(1));
  private static final Key<Long> CONTEXT_WINDOW = Key.of("context_window", Types.wholeFrom(1));
  private static final Key<Path> LITELLM = Key.of("litellm", Types.path());

  private PricingSection() {}

  static PricingConfig read(TableReader in) {
    return new PricingConfig(
        in.required(MODEL),
        in.optional(PROVIDER),
        in.required(INPUT),
        in.optional(CACHED_INPUT),
        in.optional(CACHE_WRITE),
        in.required(OUTPUT),
        in.optional(REASONING),
        in.optional(AUDIO_INPUT),
        in.optional(AUDIO_OUTPUT),
        in.get(PER_REQUEST),
        longPrompt(in),
        in.optional(MAX_OUTPUT_TOKENS),
        in.optional(CONTEXT_WINDOW));
  }

  private static Optional<PricingConfig.LongPrompt> longPrompt(TableReader in) {
    var above = in.optional(LONG_PROMPT_ABOVE);
    var input = in.optional(LONG_PROMPT_INPUT);
    var output = in.optional(LONG_PROMPT_OUTPUT);
    if (above.isEmpty() && input.isEmpty() && output.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new PricingConfig.LongPrompt(
            in.required(LONG_PROMPT_ABOVE),
            in.required(LONG_PROMPT_INPUT),
            in.required(LONG_PROMPT_OUTPUT)));
  }

  static void write(TomlWriter out, PricingConfig pricing) {
    out.element("pricing")
        .put(MODEL, pricing.model())
        .put(PROVIDER, pricing.provider())
        .put(INPUT, pricing.input())
        .put(CACHED_INPUT, pricing.cachedInput())
        .put(CACHE_WRITE, pricing.cacheWrite())
        .put(OUTPUT, pricing.output())
        .put(REASONING, pricing.reasoning())
        .put(AUDIO_INPUT, pricing.audioInput())
        .put(AUDIO_OUTPUT, pricing.audioOutput())
        .put(PER_REQUEST, pricing.perRequest())
        .put(LONG_PROMPT_ABOVE, pricing.longPrompt().map(PricingConfig.LongPrompt::above))
        .put(LONG_PROMPT_INPUT, pricing.longPrompt().map(PricingConfig.LongPrompt::input))
        .put(LONG_PROMPT_OUTPUT, pricing.longPrompt().map(PricingConfig.LongPrompt::output))
        .put(MAX_OUTPUT_TOKENS, pricing.maxOutputTokens())
        .put(CONTEXT_WINDOW, pricing.contextWindow());
  }

  static PricingFiles readFiles(TableReader in) {
    return new PricingFiles(in.optional(LITELLM));
  }

  static void writeFiles(TomlWriter out, PricingFiles files) {
    out.table("pricing_files").put(LITELLM, files.litellm());
  }
}
