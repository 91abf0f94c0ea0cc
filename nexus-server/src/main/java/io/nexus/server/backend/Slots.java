package io.nexus.server.backend;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The slots of one backend for parallel requests. A free slot goes to the first in the {@link
 * SlotLine} that waits for it.
 *
 * <p>Safe for any number of threads. Without waiting requests, a slot costs one volatile read and
 * one compare-and-set.
 */
public final class Slots {

  private final int most;
  private final SlotLine line;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Creates free slots.
   *
   * @param most the number of slots
   * @param line the queue of waiting requests
   */
  public Slots(int most, SlotLine line) {
    this.most = most;
    this.line = line;
  }

  /** The number of taken slots. */
  int taken() {
    return taken.get();
  }

  /** Takes a slot, unless none is free or other requests wait. */
  boolean tryTake() {
    return waiting.get() == 0 && tryTakeFirst();
  }

  /** Takes a slot for the first waiting request. */
  boolean tryTakeFirst() {
    for (int now = taken.get(); now < most; now = taken.get()) {
      if (taken.compareAndSet(now, now + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Gives a slot back. */
  void giveBack() {
    taken.decrementAndGet();
    // A new waiter first counts itself and then checks for a free slot, so one of the two sees the
    // other.
    if (waiting.get() > 0) {
      line.freed(this);
    }
  }

  /** Changes the number of waiting requests. */
  void waiting(int change) {
    waiting.addAndGet(change);
  }
}
