package io.nexus.control.budget;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of requests that wait for money.
 *
 * <pre>{@code
 * switch (queue.enter(Priority.NORMAL, budgets, maxWait)) {
 *   case Entry.Full _, Entry.Closed _ -> refuse();
 *   case Entry.Entered(var ticket) -> {
 *     try (ticket) {
 *       if (ticket.await(() -> hold.take(worstCase, clock.millis())) == Outcome.SERVED) { ... }
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Whenever money becomes free (a hold is released or settled for less, a limit is raised, spend
 * is reset, a cycle turns) the waiting requests try to take their holds one after the other: high
 * priority first, and in order of arrival within a priority. A request that does not fit lets
 * requests with other budgets pass, but never those with the same budgets. So a request that waits
 * for one team's budget does not block another team, and small requests cannot starve a large one
 * with the same budgets. A request with several budgets can be overtaken on one of them by requests
 * that share only that one; its deadline bounds its wait.
 *
 * <p>Nothing polls: a waiting thread sleeps until its turn, its deadline, or the end of a cycle of
 * its budgets. Safe for any number of threads. Each {@link Budgets} has at most one queue.
 */
public final class BudgetQueue implements AutoCloseable {

  /** Who is served first. */
  public enum Priority {
    /** Before all others. */
    HIGH,
    /** After those of high priority. */
    NORMAL
  }

  /** The result of {@link #enter}. */
  public sealed interface Entry {

    /**
     * The request has a place, which {@link Ticket#close} gives back.
     *
     * @param ticket the place
     */
    record Entered(Ticket ticket) implements Entry {}

    /** All places are taken. */
    record Full() implements Entry {}

    /** The queue is closed. */
    record Closed() implements Entry {}
  }

  /** The result of a wait. */
  public enum Outcome {
    /** The attempt succeeded. */
    SERVED,
    /** This call's time is up; the place is kept, and {@code await} may be called again. */
    WAITING,
    /** The longest wait is over. */
    EXPIRED,
    /** The place was given up. */
    LEFT,
    /** The queue was closed. */
    CLOSED
  }

  private final int maxSize;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final FreedSignal vacancies;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Priority, Deque<Ticket>> lines = new EnumMap<>(Priority.class);
  private final AtomicInteger depth = new AtomicInteger();
  private boolean closed;

  /** Counts the times that money became free while a request waited. */
  private long round;

  /** The ticket whose turn it is; only one tries at a time, which preserves the order. */
  private @Nullable Ticket turn;

  /**
   * An empty queue.
   *
   * @param book the budgets whose money requests wait for
   * @param maxSize the largest number of waiting requests
   * @param clock the clock that decides when cycles end
   * @param nanoTime measures how long a wait takes, as {@link System#nanoTime} does
   */
  public BudgetQueue(Budgets book, int maxSize, InstantSource clock, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.vacancies = book.vacancies();
    this.maxSize = maxSize;
    this.clock = clock;
    for (var priority : Priority.values()) {
      lines.put(priority, new ArrayDeque<>());
    }
  }

  /** The number of waiting requests. */
  public int depth() {
    return depth.get();
  }

  /**
   * Whether a request waits for the same budgets, so that a new one should not take a hold before
   * it. Costs one volatile read while the queue is empty.
   */
  public boolean isAwaited(RequestBudgets budgets) {
    if (depth.get() == 0) {
      return false;
    }
    lock.lock();
    try {
      return lines.values().stream()
          .flatMap(Deque::stream)
          .anyMatch(ticket -> ticket.budgets.budgets().equals(budgets.budgets()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Enters at the end of a priority.
   *
   * @param budgets what the request belongs to
   * @param maxWait how long it may wait in all
   */
  public Entry enter(Priority priority, RequestBudgets budgets, Duration maxWait) {
    lock.lock();
    try {
      if (closed) {
        return new Entry.Closed();
      }
      if (depth.get() >= maxSize) {
        return new Entry.Full();
      }
      var ticket = new Ticket(line(priority), budgets, nanos(maxWait));
      ticket.line.addLast(ticket);
      depth.incrementAndGet();
      vacancies.await(this::freed);
      return new Entry.Entered(ticket);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waits and admits no further request. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      for (var line : lines.values()) {
        List.copyOf(line).forEach(ticket -> ticket.end(Outcome.CLOSED));
      }
    } finally {
      lock.unlock();
    }
  }

  private void freed() {
    lock.lock();
    try {
      round++;
      callNext();
    } finally {
      lock.unlock();
    }
  }

  /** Gives the turn to the first eligible ticket that has not tried since money became free. */
  private void callNext() {
    if (turn != null) {
      return;
    }
    var before = new HashSet<List<Budget>>();
    for (var line : lines.values()) {
      for (var ticket : line) {
        if (ticket.present && before.add(ticket.budgets.budgets()) && ticket.tried != round) {
          turn = ticket;
          ticket.called.signal();
          return;
        }
      }
    }
  }

  private Deque<Ticket> line(Priority priority) {
    return requireNonNull(lines.get(priority));
  }

  private static long nanos(Duration duration) {
    return TimeUnit.NANOSECONDS.convert(duration);
  }

  /** One place in the queue. One thread waits on it; any may give it up. */
  public final class Ticket implements AutoCloseable {

    private final Deque<Ticket> line;
    private final RequestBudgets budgets;
    private final Condition called = lock.newCondition();
    private final long enteredNanos = nanoTime.getAsLong();
    private final long maxWaitNanos;
    private Outcome outcome = Outcome.WAITING;

    /** Whether its thread is waiting and can take its turn. */
    private boolean present;

    /** The round of its last attempt. */
    private long tried = -1;

    private Ticket(Deque<Ticket> line, RequestBudgets budgets, long maxWaitNanos) {
      this.line = line;
      this.budgets = budgets;
      this.maxWaitNanos = maxWaitNanos;
    }

    /** The time since the place was taken. */
    public Duration waited() {
      return Duration.ofNanos(nanoTime.getAsLong() - enteredNanos);
    }

    /**
     * Waits for its turn until the attempt succeeds.
     *
     * @param attempt tries to take the hold; run on this thread, first at once if it is its turn
     * @return any but {@link Outcome#WAITING}
     * @throws InterruptedException if the thread is interrupted; the place is kept
     */
    public Outcome await(BooleanSupplier attempt) throws InterruptedException {
      return await(attempt, Duration.ofNanos(Long.MAX_VALUE));
    }

    /**
     * Waits as {@link #await(BooleanSupplier)} does, but returns after the given time, so that the
     * caller can send its client a sign of life. Between calls the place is kept, while others may
     * be served first.
     *
     * @throws InterruptedException if the thread is interrupted; the place is kept
     */
    public Outcome await(BooleanSupplier attempt, Duration atMost) throws InterruptedException {
      long startNanos = nanoTime.getAsLong();
      long atMostNanos = nanos(atMost);
      lock.lock();
      try {
        present = true;
        callNext();
        while (outcome == Outcome.WAITING) {
          if (turn == this) {
            tryOnce(attempt);
            continue;
          }
          long now = nanoTime.getAsLong();
          long restNanos = maxWaitNanos - (now - enteredNanos);
          if (restNanos <= 0) {
            end(Outcome.EXPIRED);
            break;
          }
          long sliceNanos = atMostNanos - (now - startNanos);
          if (sliceNanos <= 0) {
            break;
          }
          if (!turnCycles()) {
            sleep(Math.min(restNanos, sliceNanos));
          }
        }
        return outcome;
      } finally {
        present = false;
        passOn();
        lock.unlock();
      }
    }

    /** Gives the place up; callable from any thread. No effect once it has been served. */
    public void leave() {
      lock.lock();
      try {
        end(Outcome.LEFT);
      } finally {
        lock.unlock();
      }
    }

    /** The same as {@link #leave}. */
    @Override
    public void close() {
      leave();
    }

    /**
     * Runs the attempt without holding the queue's lock: the attempt takes money, and the code that
     * frees money takes this lock.
     */
    private void tryOnce(BooleanSupplier attempt) {
      tried = round;
      boolean served = false;
      lock.unlock();
      try {
        served = attempt.getAsBoolean();
      } finally {
        lock.lock();
        if (served) {
          end(Outcome.WAITING);
          outcome = Outcome.SERVED;
        }
        passOn();
      }
    }

    /** Starts the next cycle where one is over, which frees money; without the lock, as above. */
    private boolean turnCycles() {
      long nowMillis = clock.millis();
      if (budgets.boundaryMillis() > nowMillis) {
        return false;
      }
      lock.unlock();
      try {
        budgets.touch(nowMillis);
      } finally {
        lock.lock();
      }
      return true;
    }

    @SuppressWarnings("WaitNotInLoop") // the caller checks its condition again
    private void sleep(long atMostNanos) throws InterruptedException {
      long toBoundary = budgets.boundaryMillis() - clock.millis();
      long boundaryNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, toBoundary));
      var _ = called.awaitNanos(Math.min(atMostNanos, boundaryNanos));
    }

    private void passOn() {
      if (turn == this) {
        turn = null;
      }
      callNext();
    }

    /** Removes it from its queue if it is still there. */
    private void end(Outcome how) {
      if (!line.remove(this)) {
        return;
      }
      outcome = how;
      if (depth.decrementAndGet() == 0) {
        vacancies.ignore();
      }
      called.signal();
      callNext();
    }
  }
}
