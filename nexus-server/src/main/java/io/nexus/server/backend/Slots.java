package io.nexus.server.backend;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests one backend has under way, of those that it takes at once. What becomes free
 * goes to the first in the {@link SlotLine} that waits for it.
 *
 * <p>Safe for any number of threads. While nobody waits a slot costs one volatile read and one
 * compare-and-set.
 */
public final class Slots {

  private final int most;
  private final SlotLine line;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * All of them free.
   *
   * @param most how many there are
   * @param line where requests wait for them
   */
  public Slots(int most, SlotLine line) {
    this.most = most;
    this.line = line;
  }

  /** How many are taken. */
  int taken() {
    return taken.get();
  }

  /** Takes one, unless none is free or others wait for it. */
  boolean tryTake() {
    return waiting.get() == 0 && tryTakeFirst();
  }

  /** Takes one for who is the first to wait for it. */
  boolean tryTakeFirst() {
    for (int now = taken.get(); now < most; now = taken.get()) {
      if (taken.compareAndSet(now, now + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Gives one back. */
  void giveBack() {
    taken.decrementAndGet();
    // Who begins to wait counts itself first and looks for a free one then: one of both sees it.
    if (waiting.get() > 0) {
      line.freed(this);
    }
  }

  /** One more waits for one of these, or one fewer. */
  void waiting(int change) {
    waiting.addAndGet(change);
  }
}
