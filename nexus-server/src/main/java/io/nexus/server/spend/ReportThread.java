package io.nexus.server.spend;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerReports;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Queries the ledger's reports on its own platform thread, one after another: a database driver may
 * be native code, which virtual threads must not run.
 *
 * <p>The ledger is open only during a query, and the thread ends after some idle time. Safe for any
 * number of threads.
 */
public final class ReportThread implements AutoCloseable {

  /** The longest wait of {@link #ask} in a gateway. */
  public static final Duration USUAL_PATIENCE = Duration.ofSeconds(30);

  private static final int MOST_WAITING = 16;
  private static final long IDLE_SECONDS = 10;

  private final Source source;
  private final Duration patience;
  private final ThreadPoolExecutor thread;

  /** Opens the reports, which are closed after each query. */
  @FunctionalInterface
  public interface Source {
    /** Opens the reports. */
    LedgerReports open() throws LedgerException;
  }

  /** A query of the reports, or an action on the ledger. */
  @FunctionalInterface
  public interface Question<T> {
    /** The answer. */
    T of(LedgerReports books) throws LedgerException;
  }

  /**
   * Creates the thread's queue; opens nothing yet.
   *
   * @param patience the longest wait of {@link #ask}
   */
  public ReportThread(Source source, Duration patience) {
    this.source = source;
    this.patience = patience;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().name("ledger-books").daemon().factory());
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a query and waits for the answer.
   *
   * @throws LedgerException if the query fails, too many others wait, or it takes too long; a
   *     running query then continues without its caller
   */
  public <T> T ask(Question<T> question) throws LedgerException {
    Future<T> answer = submit(question);
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(false);
      throw new LedgerException(
          Kind.UNREACHABLE, "ledger: the report takes too long: ask for a shorter time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerException(Kind.UNREACHABLE, "ledger: the gateway stops", e);
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private <T> Future<T> submit(Question<T> question) throws LedgerException {
    try {
      return thread.submit(() -> answer(question));
    } catch (RejectedExecutionException e) {
      throw new LedgerException(
          Kind.UNREACHABLE, "ledger: too many reports are asked for at once: ask again later", e);
    }
  }

  private <T> T answer(Question<T> question) throws LedgerException {
    try (var books = source.open()) {
      return question.of(books);
    }
  }

  private static LedgerException failure(ExecutionException e) {
    return e.getCause() instanceof LedgerException known
        ? known
        : new LedgerException(Kind.FAILED, "ledger: the report failed: " + e.getCause(), e);
  }

  /** Runs no further queries. */
  @Override
  public void close() {
    var _ = thread.shutdownNow();
  }
}
