package io.nexus.control.budget;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Periodically starts new cycles where one has ended and reports crossings, so that gauges and logs
 * are right even without requests.
 *
 * <p>No decision depends on it: a request starts a new cycle itself.
 */
public final class BudgetReconciliationLoop implements AutoCloseable {

  private static final Logger LOG = System.getLogger(BudgetReconciliationLoop.class.getName());

  private final Budgets book;
  private final LongConsumer others;
  private final InstantSource clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("budget-reconciliation").factory());
  private volatile Instant lastRun;

  /** A loop that has not started. */
  public BudgetReconciliationLoop(Budgets book, InstantSource clock) {
    this(book, _ -> {}, clock);
  }

  /**
   * A loop that has not started.
   *
   * @param others does the same for other counts, at the given moment
   */
  public BudgetReconciliationLoop(Budgets book, LongConsumer others, InstantSource clock) {
    this.book = book;
    this.others = others;
    this.clock = clock;
    this.lastRun = clock.instant();
  }

  /** Runs it now and then at each interval. */
  public void start(Duration interval) {
    var _ =
        thread.scheduleWithFixedDelay(
            this::runGuarded, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** One run. */
  public void run() {
    long nowMillis = clock.millis();
    book.touch(nowMillis);
    others.accept(nowMillis);
    lastRun = Instant.ofEpochMilli(nowMillis);
  }

  /** A failure of one run must not end all further ones. */
  private void runGuarded() {
    try {
      run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Budget reconciliation failed; it runs again at the next interval", e);
    }
  }

  /** The time of the last run. */
  public Instant lastRun() {
    return lastRun;
  }

  /** Stops it; a run in progress completes. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
