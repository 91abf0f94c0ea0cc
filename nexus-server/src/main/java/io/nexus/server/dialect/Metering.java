package io.nexus.server.dialect;

import io.nexus.control.hold.Hold;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.control.spi.TokenCounter;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What it takes to know what an answer costs while it comes.
 *
 * @param hold pays for it
 * @param counter counts the answer, should the backend not report it
 * @param mask covers the backend's key
 * @param clientGone whether the client was seen leaving
 * @param patience how long an answer in one piece may take
 * @param room what an answer in one piece may take of the heap
 */
public record Metering(
    Hold hold,
    TokenCounter.ForModel counter,
    KeyMask mask,
    BooleanSupplier clientGone,
    Duration patience,
    AnswerRoom room) {

  /** The prompt's tokens, should the backend not report them. */
  public long inputTokens() {
    return hold.candidate().estimate().inputTokens();
  }

  /** What a usage costs. */
  public Money cost(Usage usage) {
    return hold.candidate().offer().price().pricing().cost(usage);
  }
}
