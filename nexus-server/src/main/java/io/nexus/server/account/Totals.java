package io.nexus.server.account;

import java.util.concurrent.atomic.LongAdder;

/** How many requests came and what became of them. Safe for concurrent use. */
public final class Totals {

  private final LongAdder total = new LongAdder();
  private final LongAdder success = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder blocked = new LongAdder();

  /** A request came. */
  public void came() {
    total.increment();
  }

  /** One was answered with this status. */
  public void answered(int status) {
    (status < 400 ? success : errors).increment();
  }

  /** One was refused over its budget; it counts as an error too. */
  public void blocked() {
    blocked.increment();
  }

  /** All that came. */
  public long total() {
    return total.sum();
  }

  /** Those answered with success. */
  public long success() {
    return success.sum();
  }

  /** Those answered with an error. */
  public long errors() {
    return errors.sum();
  }

  /** Those refused over a budget. */
  public long blockedCount() {
    return blocked.sum();
  }
}
