package io.nexus.server.backend;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded line of requests that wait for a slot at a backend that is full. There is one for all
 * backends, since a request may wait for any of several: a slot goes to who came first of those
 * that have a use for it.
 *
 * <p>A slot is handed over, not announced: nobody who comes later can take it in between. Safe for
 * any number of threads.
 */
public final class SlotLine implements AutoCloseable {

  /** What became of a wait. */
  public enum Outcome {
    /** It has a slot, at {@link Place#slot}. */
    SERVED,
    /** None became free in time. */
    EXPIRED,
    /** Somebody gave the place up. */
    LEFT,
    /** The gateway stops. */
    CLOSED
  }

  private final int maxSize;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Place> places = new ArrayDeque<>();
  private final AtomicInteger depth = new AtomicInteger();
  private boolean closed;

  /**
   * An empty line.
   *
   * @param maxSize the most that may wait
   */
  public SlotLine(int maxSize) {
    this.maxSize = maxSize;
  }

  /** How many wait now. */
  public int depth() {
    return depth.get();
  }

  /**
   * Takes the last place.
   *
   * @param wanted the backends that would serve the request, the best first
   * @return the place, to be closed; empty if there is none left
   */
  public Optional<Place> enter(List<LiveBackend> wanted) {
    lock.lock();
    try {
      if (depth.get() >= maxSize && !closed) {
        return Optional.empty();
      }
      var place = new Place(wanted);
      if (closed) {
        place.outcome = Outcome.CLOSED;
        return Optional.of(place);
      }
      places.addLast(place);
      depth.incrementAndGet();
      wanted.forEach(live -> live.slots().waiting(1));
      wanted.forEach(live -> hand(live.slots()));
      return Optional.of(place);
    } finally {
      lock.unlock();
    }
  }

  /** One has become free there. */
  void freed(Slots slots) {
    lock.lock();
    try {
      hand(slots);
    } finally {
      lock.unlock();
    }
  }

  /** Gives what is free there to those who wait for it, in their order. */
  private void hand(Slots slots) {
    for (var next = first(slots); next != null; next = first(slots)) {
      if (!slots.tryTakeFirst()) {
        return;
      }
      next.serve(slots);
    }
  }

  private @Nullable Place first(Slots slots) {
    for (var place : places) {
      if (place.wants(slots)) {
        return place;
      }
    }
    return null;
  }

  /** Ends all waits, and lets nobody wait any more. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      List.copyOf(places).forEach(place -> place.end(Outcome.CLOSED));
    } finally {
      lock.unlock();
    }
  }

  /** One place in the line. One thread waits on it; any may give it up. */
  public final class Place implements AutoCloseable {

    private final List<LiveBackend> wanted;
    private final Condition changed = lock.newCondition();
    private @Nullable Outcome outcome;
    private @Nullable LiveBackend slot;

    private Place(List<LiveBackend> wanted) {
      this.wanted = wanted;
    }

    /**
     * Waits.
     *
     * @param nanos for so long at most
     * @throws InterruptedException if the thread is interrupted; the place is kept
     */
    public Outcome await(long nanos) throws InterruptedException {
      lock.lock();
      try {
        long left = nanos;
        while (outcome == null) {
          if (left <= 0) {
            end(Outcome.EXPIRED);
            return Outcome.EXPIRED;
          }
          left = changed.awaitNanos(left);
        }
        return outcome;
      } finally {
        lock.unlock();
      }
    }

    /** The backend where a slot is taken for it, which is the caller's from now on. */
    public LiveBackend slot() {
      lock.lock();
      try {
        var mine = slot;
        if (mine == null) {
          throw new IllegalStateException("no slot was handed over");
        }
        slot = null;
        return mine;
      } finally {
        lock.unlock();
      }
    }

    /** Gives the place up, from whatever thread. No effect once it has a slot. */
    public void leave() {
      lock.lock();
      try {
        end(Outcome.LEFT);
      } finally {
        lock.unlock();
      }
    }

    /** The same as {@link #leave}; a slot that was handed over and not taken is given back. */
    @Override
    public void close() {
      lock.lock();
      try {
        end(Outcome.LEFT);
        if (slot != null) {
          slot.ended();
          slot = null;
        }
      } finally {
        lock.unlock();
      }
    }

    private boolean wants(Slots slots) {
      for (var live : wanted) {
        if (live.slots() == slots) {
          return true;
        }
      }
      return false;
    }

    private void serve(Slots slots) {
      for (var live : wanted) {
        if (live.slots() == slots) {
          slot = live;
        }
      }
      end(Outcome.SERVED);
    }

    /** Takes it out of the line, if it still stands there. */
    private void end(Outcome how) {
      if (places.remove(this)) {
        outcome = how;
        depth.decrementAndGet();
        wanted.forEach(live -> live.slots().waiting(-1));
        changed.signal();
      }
    }
  }
}
