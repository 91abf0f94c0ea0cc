package io.nexus.config;

import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Rates;
import java.util.EnumMap;
import java.util.Optional;

/**
 * One of {@code [[pricing]]}: what a model costs. Amounts are US dollars per million tokens.
 *
 * @param model a model's name, or a pattern in which {@code *} stands for any text
 * @param provider that the price holds for; empty for all
 * @param input plain input
 * @param cachedInput input read from the prompt cache; as plain input if empty
 * @param cacheWrite input written to the prompt cache; as plain input if empty
 * @param output plain output
 * @param reasoning output spent on reasoning; as plain output if empty
 * @param audioInput audio input; as plain input if empty
 * @param audioOutput audio output; as plain output if empty
 * @param perRequest US dollars for each request, whatever its tokens
 * @param longPrompt the prices of requests with a long prompt
 * @param maxOutputTokens the most output that the model gives
 * @param contextWindow the most tokens that input and output may have together
 */
public record PricingConfig(
    String model,
    Optional<String> provider,
    Money input,
    Optional<Money> cachedInput,
    Optional<Money> cacheWrite,
    Money output,
    Optional<Money> reasoning,
    Optional<Money> audioInput,
    Optional<Money> audioOutput,
    Money perRequest,
    Optional<LongPrompt> longPrompt,
    Optional<Long> maxOutputTokens,
    Optional<Long> contextWindow) {

  /**
   * The prices of all tokens of a request with a long prompt.
   *
   * @param above a prompt is long if it has more tokens than this
   * @param input plain input then
   * @param output plain output then
   */
  public record LongPrompt(long above, Money input, Money output) {}

  /**
   * The price as the accounting takes it. At the long prompt's level the kinds of tokens that have
   * a price of their own rise as plain input or plain output does, rounded up to the nano-dollar.
   */
  public ModelPricing toModelPricing() {
    var given = new EnumMap<PriceKind, Long>(PriceKind.class);
    given.put(PriceKind.INPUT, input.nanos());
    given.put(PriceKind.OUTPUT, output.nanos());
    cachedInput.ifPresent(price -> given.put(PriceKind.CACHED_INPUT, price.nanos()));
    cacheWrite.ifPresent(price -> given.put(PriceKind.CACHE_WRITE, price.nanos()));
    reasoning.ifPresent(price -> given.put(PriceKind.REASONING, price.nanos()));
    audioInput.ifPresent(price -> given.put(PriceKind.INPUT_AUDIO, price.nanos()));
    audioOutput.ifPresent(price -> given.put(PriceKind.OUTPUT_AUDIO, price.nanos()));
    var pricing = ModelPricing.of(Rates.of(given));
    if (!perRequest.isZero()) {
      pricing = pricing.withPerRequest(perRequest);
    }
    return longPrompt.isEmpty()
        ? pricing
        : pricing.withLongPrompt(
            longPrompt.get().above(), longPrompt.get().input(), longPrompt.get().output());
  }
}
