package io.nexus.config;

import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Rates;
import java.math.BigInteger;
import java.util.Optional;

/**
 * One of {@code [[pricing]]}: what a model costs. Amounts are US dollars per million tokens.
 *
 * @param model a model's name, or the beginning of one with {@code *} after it
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
    var rates = rates(input, output);
    var level =
        longPrompt.map(
            prompt ->
                new ModelPricing.LongPrompt(prompt.above, rates(prompt.input, prompt.output)));
    return new ModelPricing(rates, perRequest, level.orElse(ModelPricing.LongPrompt.NONE));
  }

  private Rates rates(Money plainInput, Money plainOutput) {
    return new Rates(
        plainInput.nanos(),
        scaled(cachedInput, input, plainInput),
        scaled(cacheWrite, input, plainInput),
        scaled(audioInput, input, plainInput),
        plainOutput.nanos(),
        scaled(reasoning, output, plainOutput),
        scaled(audioOutput, output, plainOutput));
  }

  private static long scaled(Optional<Money> own, Money plain, Money plainNow) {
    if (own.isEmpty()) {
      return plainNow.nanos();
    }
    if (plain.isZero()) {
      return Math.max(own.get().nanos(), plainNow.nanos());
    }
    var product =
        BigInteger.valueOf(own.get().nanos()).multiply(BigInteger.valueOf(plainNow.nanos()));
    var roundUp = BigInteger.valueOf(plain.nanos() - 1);
    return product
        .add(roundUp)
        .divide(BigInteger.valueOf(plain.nanos()))
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValueExact();
  }
}
