package io.nexus.server.events;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * A listener with its queue of events. Publishing never waits: a listener with {@value #MOST}
 * unsent events is cut off.
 */
final class Listener {

  /** The size of the queue: about a minute of events. */
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
   * Queues an event.
   *
   * @return whether the listener continues
   */
  synchronized boolean offer(Event event) {
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

  /** Ends the listener. */
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
