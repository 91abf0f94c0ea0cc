package io.nexus.server.dialect;

import io.nexus.control.money.Money;
import org.jspecify.annotations.Nullable;

/** What an answer that came in one piece means in its API. */
public interface Answer {

  /** What it says that it used. */
  ReportedUsage usage();

  /** Whether it says anything of that. */
  boolean isUsageLast();

  /** Whether it says that it ended at its greatest length. */
  boolean hitsLimit();

  /** What it says that it used or shows to have made, of an API that is paid by the unit. */
  default UnitsUsed units() {
    return UnitsUsed.NONE;
  }

  /** The error that it is; null if it is none. */
  @Nullable ProviderError error();

  /** What it leaves at the backend. */
  default Made made() {
    return Made.NOTHING;
  }

  /**
   * What the client gets, with its cost in it.
   *
   * @param body the bytes that were read
   */
  byte[] withCost(byte[] body, Money cost);
}
