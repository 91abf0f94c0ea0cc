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
 * Asks the ledger's books on a platform thread of its own, one question after another: a database
 * driver may be native code, which virtual threads must not run.
 *
 * <p>The books are open only while a question is answered, and the thread goes when there has been
 * none for a while. Safe for any number of threads.
 */
public final class ReportThread implements AutoCloseable {

  /** The longest that {@link #ask} takes in a gateway. */
  public static final Duration USUAL_PATIENCE = Duration.ofSeconds(30);

  private static final int MOST_WAITING = 16;
  private static final long IDLE_SECONDS = 10;

  private final Source source;
  private final Duration patience;
  private final ThreadPoolExecutor thread;

  /** Opens the books; what it returns is closed after each question. */
  @FunctionalInterface
  public interface Source {
    /** The books, open. */
    LedgerReports open() throws LedgerException;
  }

  /** Something to find out from the books, or to do to them. */
  @FunctionalInterface
  public interface Question<T> {
    /** The answer. */
    T of(LedgerReports books) throws LedgerException;
  }

  /**
   * Nothing is opened yet.
   *
   * @param patience how long {@link #ask} waits for its answer
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
   * Asks, and waits for the answer.
   *
   * @throws LedgerException if the books cannot answer, too many questions wait before this one, or
   *     it takes too long; the answer is not waited for then, but a question that is being answered
   *     goes on
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

  /** Answers no more questions. */
  @Override
  public void close() {
    var _ = thread.shutdownNow();
  }
}
