package io.nexus.control.lease;

import io.nexus.control.money.Money;
import java.util.Queue;
import java.util.Set;

/**
 * The pauses of the ledger thread between its rounds. A short one ends by itself or with the next
 * request that waits for the ledger. A rest, while the gateway is idle, lasts until a chore is due,
 * so whatever needs a round must end it.
 *
 * <p>Safe for any number of threads.
 */
final class Rest {

  private final Queue<DrawRequest> waiting;
  private volatile boolean rests;

  /** The pauses of the thread that polls this queue. */
  Rest(Queue<DrawRequest> waiting) {
    this.waiting = waiting;
  }

  /** The next pause is a rest. What came before does not end it, so the thread looks again. */
  void begin() {
    rests = true;
  }

  /** Ends it; no effect on a short pause. */
  void end() {
    if (rests) {
      rests = false;
      endPause();
    }
  }

  /** Ends any pause. */
  void endPause() {
    var _ = waiting.offer(new DrawRequest(Set.of(), Money.ZERO));
  }

  /** The thread is at work. */
  void over() {
    rests = false;
  }
}
