package io.nexus.control.budget;

import org.jspecify.annotations.Nullable;

/**
 * Wakes requests that wait for money when some has become free.
 *
 * <p>Costs one volatile read while no request waits. A waiter calls {@link #await} before it looks
 * for money: then either it finds what was freed, or the freeing thread finds it waiting.
 */
final class FreedSignal {

  private volatile @Nullable Runnable waiting;

  /** Runs the action each time that money becomes free, on the thread that frees it. */
  void await(Runnable action) {
    waiting = action;
  }

  /** Stops running the action. */
  void ignore() {
    waiting = null;
  }

  /** Money has become free. */
  void freed() {
    var action = waiting;
    if (action != null) {
      action.run();
    }
  }
}
