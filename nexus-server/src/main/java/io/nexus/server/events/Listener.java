package io.nexus.server.events;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * Somebody who listens, with the events that are still to be sent. Whoever tells an event never
 * waits: a listener that has not taken {@value #MOST} of them is cut off.
 */
final class Listener {

  /** How many events may wait for a listener: a minute of them. */
  static final int MOST = 64;

  private final Set<EventKind> kinds;
  private final Queue<Event> waiting = new ArrayDeque<>();
  private boolean ended;

  Listener(Set<EventKind> kinds) {
    this.kinds = Set.copyOf(kinds);
  }

  boolean wants(EventKind kind) {
    return kinds.contains(kind);
  }

  /**
   * Has it told.
   *
   * @return whether it goes on listening
   */
  synchronized boolean tell(Event event) {
    if (ended || !wants(event.kind())) {
      return !ended;
    }
    if (waiting.size() == MOST) {
      end();
      return false;
    }
    waiting.add(event);
    notifyAll();
    return true;
  }

  /** Nothing more is told. */
  synchronized void end() {
    ended = true;
    waiting.clear();
    notifyAll();
  }

  synchronized boolean isEnded() {
    return ended;
  }

  /** The next event; empty if there is none within that time, or the listener has ended. */
  synchronized Optional<Event> next(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    long left = patience.toNanos();
    while (waiting.isEmpty() && !ended && left > 0) {
      wait(Math.max(1, left / 1_000_000));
      left = end - System.nanoTime();
    }
    return Optional.ofNullable(waiting.poll());
  }
}
