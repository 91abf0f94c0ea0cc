package io.nexus.server.dialect;

import io.nexus.control.money.Money;
import org.jspecify.annotations.Nullable;

/** A parsed answer in one piece. */
public interface Answer {

  /** Its reported usage. */
  ReportedUsage usage();

  /** Whether it reports usage. */
  boolean isUsageLast();

  /** Whether it ended at its output limit. */
  boolean hitsLimit();

  /** The reported or counted units, for an API billed by unit. */
  default UnitsUsed units() {
    return UnitsUsed.NONE;
  }

  /** The error in it; null if none. */
  @Nullable ProviderError error();

  /** What the backend stores of it. */
  default Made made() {
    return Made.NOTHING;
  }

  /**
   * The body for the client, with its cost.
   *
   * @param body the bytes that were read
   */
  byte[] withCost(byte[] body, Money cost);
}
