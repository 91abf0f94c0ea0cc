package io.nexus.server.account;

import io.nexus.control.ledger.LedgerException;
import io.nexus.server.spend.ReportThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Deletes spend records after their retention time: a few minutes after the start, and then daily.
 * Balances stay right. All gateways that share a ledger may do it.
 */
public final class Retention implements AutoCloseable {

  private static final Logger LOG = System.getLogger("io.nexus.ledger");
  private static final Duration FIRST = Duration.ofMinutes(5);
  private static final Duration THEN = Duration.ofDays(1);

  private final ReportThread books;
  private final int keepDays;
  private final InstantSource clock;
  private final ScheduledExecutorService timer;

  /**
   * Does nothing before {@link #start}.
   *
   * @param keepDays for how many days records are kept
   */
  public Retention(ReportThread books, int keepDays, InstantSource clock) {
    this.books = books;
    this.keepDays = keepDays;
    this.clock = clock;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("ledger-retention").factory());
  }

  /** Starts to delete. */
  public void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::run, FIRST.toMinutes(), THEN.toMinutes(), TimeUnit.MINUTES);
  }

  /** Deletes records that are too old now. After a failure it tries again the next day. */
  public void run() {
    var before = clock.instant().minus(Duration.ofDays(keepDays));
    try {
      long records = books.ask(each -> each.prune(before));
      if (records > 0) {
        LOG.log(Level.INFO, "{0} spend records from before {1} removed", records, before);
      }
    } catch (LedgerException e) {
      LOG.log(Level.WARNING, "Old spend records stay for now: {0}", e.getMessage());
    }
  }

  /** Stops. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
