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
 * A bounded line of requests that wait for money.
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
 * is reset, a cycle turns) those who wait try to take theirs, one after the other: high priority
 * first, and in the order of their coming within a priority. Who does not fit lets pass those with
 * other budgets, never those with the same: so a request that is waiting for one team's budget does
 * not block another team, and a large request is not overtaken for ever by small ones of its own
 * kind. A request that several budgets concern can be overtaken on one of them by requests that
 * share that one only; its wait is bounded by its deadline.
 *
 * <p>Nothing polls: a waiting thread sleeps until it is its turn, its time is up, or the clock
 * reaches the end of a cycle of its own budgets. Safe for any number of threads; one queue for a
 * {@link Budgets}.
 */
public final class BudgetQueue implements AutoCloseable {

  /** Who is served first. */
  public enum Priority {
    /** Before all others. */
    HIGH,
    /** After those of high priority. */
    NORMAL
  }

  /** What became of the wish to wait. */
  public sealed interface Entry {

    /**
     * It has a place, which must be given back by {@link Ticket#close}.
     *
     * @param ticket the place
     */
    record Entered(Ticket ticket) implements Entry {}

    /** All places are taken. */
    record Full() implements Entry {}

    /** The queue is shut. */
    record Closed() implements Entry {}
  }

  /** What became of a wait. */
  public enum Outcome {
    /** The attempt succeeded. */
    SERVED,
    /** The time of this call is up; the place is kept, and may be waited on again. */
    WAITING,
    /** The longest wait is over. */
    EXPIRED,
    /** Somebody gave the place up. */
    LEFT,
    /** The queue was shut. */
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

  /** How often money has become free while somebody waited. */
  private long round;

  /** Whose turn it is; only one tries at a time, so that the order is kept. */
  private @Nullable Ticket turn;

  /**
   * An empty queue.
   *
   * @param book the budgets whose money is waited for
   * @param maxSize the most that may wait
   * @param clock tells when cycles end
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

  /** How many wait now. */
  public int depth() {
    return depth.get();
  }

  /**
   * Whether somebody waits for the very same budgets, so that a newcomer should not take a hold
   * before them. Costs one volatile read while nobody waits.
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
   * Takes the last place of a priority.
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

  /** Ends all waits, and lets nobody in any more. */
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

  /** Gives the turn to the first who may try and has not tried since money became free. */
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

    /** Whether its thread waits, so that it can be called. */
    private boolean present;

    /** The round of its last attempt. */
    private long tried = -1;

    private Ticket(Deque<Ticket> line, RequestBudgets budgets, long maxWaitNanos) {
      this.line = line;
      this.budgets = budgets;
      this.maxWaitNanos = maxWaitNanos;
    }

    /** How long ago the place was taken. */
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
     * The same, for a time at most: to show a client in between that it has not been forgotten.
     * While its thread is away the place is kept, and others are served before it.
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

    /** Gives the place up, from whatever thread. No effect once it has been served. */
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

    /** Runs the attempt without the lock, since it takes money, and what frees money takes it. */
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

    /** Turns the cycles that are over, which frees money; without the lock, as above. */
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

    @SuppressWarnings("WaitNotInLoop") // the caller looks again, whatever woke it
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

    /** Takes it out of its line, if it still stands there. */
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
