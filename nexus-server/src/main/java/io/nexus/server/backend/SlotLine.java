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
 * The bounded queue of requests that wait for a slot at a full backend. There is one for all
 * backends, since a request may wait for any of several: a free slot goes to the first request that
 * can use it.
 *
 * <p>A slot is handed over, not announced, so that no later request can take it in between. Safe
 * for any number of threads.
 */
public final class SlotLine implements AutoCloseable {

  /** The result of a wait. */
  public enum Outcome {
    /** It has a slot, at {@link Place#slot}. */
    SERVED,
    /** None became free in time. */
    EXPIRED,
    /** The place was given up. */
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
   * @param maxSize the largest number of waiting requests
   */
  public SlotLine(int maxSize) {
    this.maxSize = maxSize;
  }

  /** The number of waiting requests. */
  public int depth() {
    return depth.get();
  }

  /**
   * Enters at the end.
   *
   * @param wanted the backends that can serve the request, best first
   * @return the place, which the caller closes; empty if the queue is full
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

  /** A slot has become free there. */
  void freed(Slots slots) {
    lock.lock();
    try {
      hand(slots);
    } finally {
      lock.unlock();
    }
  }

  /** Hands free slots there to waiting requests, in order. */
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

  /** Ends all waits and admits no further request. */
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
     * @param nanos the longest wait
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

    /** The backend with its slot, which the caller now owns. */
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

    /** Gives the place up; callable from any thread. No effect once it has a slot. */
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

    /** Removes it from the queue if it is still there. */
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
