package io.nexus.control.lease;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * When the recurring work of the ledger thread is due; each kind in turn, so that none waits for
 * ever. Times are those of {@link System#nanoTime}.
 *
 * <p>For the ledger thread alone.
 */
final class Chores {

  private static final long TICK_NANOS = 4_000_000_000L;

  private static final long SHORT_TICK_NANOS = 500_000_000;
  private static final long NANOS_A_MILLI = 1_000_000;

  /** A kind of recurring work. */
  enum Chore {
    POST,
    GIVE_BACK,
    RENEW,
    CLOCK,
    SETTINGS,
    LOOK,
    COUNT_STRANDED,
    TIDY_COUNTS
  }

  private final Queue<Chore> order = new ArrayDeque<>(List.of(Chore.values()));
  private final Map<Chore, Long> dueNanos = new EnumMap<>(Chore.class);

  /** All are due. */
  Chores(long nowNanos) {
    order.forEach(chore -> due(chore, nowNanos));
  }

  /** The chore is due at that time. */
  void due(Chore chore, long atNanos) {
    dueNanos.put(chore, atNanos);
  }

  /**
   * The chore is due in that time.
   *
   * @param withOthers or on the last tick before, so that one wake-up serves several
   */
  void dueIn(Chore chore, long nowNanos, long inNanos, boolean withOthers) {
    long at = nowNanos + inNanos;
    long tick = inNanos >= TICK_NANOS ? TICK_NANOS : SHORT_TICK_NANOS;
    due(chore, withOthers && inNanos >= tick ? at - Math.floorMod(at, tick) : at);
  }

  boolean isTimeFor(Chore chore, long nowNanos) {
    return nowNanos - dueNanos.getOrDefault(chore, 0L) >= 0;
  }

  /** The next chore that passes the test, and to the end of the order with it. */
  Optional<Chore> next(Predicate<Chore> test) {
    for (int left = order.size(); left > 0; left--) {
      var next = order.remove();
      order.add(next);
      if (test.test(next)) {
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  /** Whether any passes the test. */
  boolean any(Predicate<Chore> test) {
    return order.stream().anyMatch(test);
  }

  /**
   * The time until the first one is due, in milliseconds; at least one and at most four seconds.
   *
   * @param wanted whether the chore is needed when its time has come
   */
  long restMillis(long nowNanos, Predicate<Chore> wanted) {
    long left = TICK_NANOS;
    for (var due : dueNanos.entrySet()) {
      if (wanted.test(due.getKey())) {
        left = Math.min(left, due.getValue() - nowNanos);
      }
    }
    return Math.max(1, Math.ceilDiv(left, NANOS_A_MILLI));
  }
}
