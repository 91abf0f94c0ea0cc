package io.nexus.server.account;

import java.util.concurrent.atomic.LongAdder;

/** The numbers of requests and their results. Safe for concurrent use. */
public final class Totals {

  private final LongAdder total = new LongAdder();
  private final LongAdder success = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder blocked = new LongAdder();

  /** Counts an arrived request. */
  public void came() {
    total.increment();
  }

  /** Counts an answer with this status. */
  public void answered(int status) {
    (status < 400 ? success : errors).increment();
  }

  /** Counts a refusal over a budget, which counts as an error too. */
  public void blocked() {
    blocked.increment();
  }

  /** The number of requests. */
  public long total() {
    return total.sum();
  }

  /** The number of successful answers. */
  public long success() {
    return success.sum();
  }

  /** The number of errors. */
  public long errors() {
    return errors.sum();
  }

  /** The number of refusals over a budget. */
  public long blockedCount() {
    return blocked.sum();
  }
}
