package io.nexus.server.flow;

import io.nexus.control.ledger.KeptAnswer;
import io.nexus.control.ledger.LedgerException;
import io.nexus.server.http.ApiException;
import io.nexus.server.spend.ReportThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Remembers which backend stores which answer, so that a request which continues an answer goes
 * there. The latest are in memory; a ledger in a database has all of them, for restarts and other
 * gateways.
 *
 * <p>Requests never wait for writes. Only a reference to something not in memory queries the
 * database, for a bounded time. Safe for any number of threads.
 */
public final class KnownAnswers implements AutoCloseable {

  private static final Logger LOG = System.getLogger(KnownAnswers.class.getName());
  private static final int MOST = 20_000;
  private static final int MOST_UNWRITTEN = 10_000;

  /** Another gateway may have just created the answer and not stored it yet. */
  private static final long SECOND_LOOK_MILLIS = 300;

  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  private final Map<String, KeptAnswer> latest =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, KeptAnswer> eldest) {
          return size() > MOST;
        }
      };

  private final ReportThread books;
  private final boolean durable;
  private final BlockingQueue<KeptAnswer> unwritten = new LinkedBlockingQueue<>(MOST_UNWRITTEN);
  private final Thread writer = Thread.ofVirtual().name("answers").unstarted(this::writeAll);

  /**
   * Starts empty.
   *
   * @param durable whether the ledger stores them
   */
  public KnownAnswers(ReportThread books, boolean durable) {
    this.books = books;
    this.durable = durable;
    if (durable) {
      writer.start();
    }
  }

  /** Remembers these. */
  public void note(List<KeptAnswer> answers) {
    synchronized (latest) {
      answers.forEach(answer -> latest.put(answer.id(), answer));
    }
    if (durable) {
      answers.forEach(unwritten::offer);
    }
  }

  /** The answer with that id, of any client. */
  public Optional<KeptAnswer> find(String id) {
    synchronized (latest) {
      var known = latest.get(id);
      if (known != null || !durable) {
        return Optional.ofNullable(known);
      }
    }
    var found = written(id);
    if (found.isEmpty()) {
      try {
        Thread.sleep(SECOND_LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
      found = written(id);
    }
    found.ifPresent(
        answer -> {
          synchronized (latest) {
            latest.put(id, answer);
          }
        });
    return found;
  }

  /**
   * The answer with that id, for one client.
   *
   * @param key the name of its key
   * @throws ApiException with status 404 if it is another client's
   */
  public Optional<KeptAnswer> find(String id, String key) {
    var found = find(id);
    if (found.isPresent() && !found.get().key().equals(key)) {
      throw notFound(id);
    }
    return found;
  }

  /** The refusal of an unknown id, or of another client's. */
  public static ApiException notFound(String id) {
    var shown = id.length() <= 100 ? id : id.substring(0, 100) + "...";
    return ApiException.invalid(404, "not_found", "Nothing with id '%s' found.".formatted(shown));
  }

  /** Forgets a deleted answer. */
  public void forget(String id) {
    synchronized (latest) {
      latest.remove(id);
    }
    if (durable) {
      try {
        ask(
            each -> {
              each.forget(id);
              return id;
            });
      } catch (LedgerException e) {
        LOG.log(Level.WARNING, "A deleted answer is still in the ledger: {0}", e.getMessage());
      }
    }
  }

  private Optional<KeptAnswer> written(String id) {
    try {
      return ask(each -> each.kept(id));
    } catch (LedgerException e) {
      LOG.log(Level.WARNING, "Earlier answers cannot be looked up: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  private <T> T ask(ReportThread.Question<T> question) throws LedgerException {
    return books.ask(question);
  }

  private void writeAll() {
    try {
      while (true) {
        var some = new ArrayList<KeptAnswer>();
        some.add(unwritten.take());
        unwritten.drainTo(some);
        if (!write(some)) {
          some.forEach(unwritten::offer); // Before the pause, after which the thread may end.
          TimeUnit.SECONDS.sleep(1);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean write(List<KeptAnswer> some) {
    try {
      return ask(
          each -> {
            each.keep(some);
            return true;
          });
    } catch (LedgerException e) {
      LOG.log(Level.DEBUG, "Answers are not written yet: {0}", e.getMessage());
      return false;
    }
  }

  /** Stores the remaining entries. */
  @Override
  public void close() {
    endWriter();
    var left = new ArrayList<KeptAnswer>();
    unwritten.drainTo(left);
    if (!left.isEmpty() && !write(left)) {
      LOG.log(Level.WARNING, "{0} answers were not written to the ledger", left.size());
    }
    books.close();
  }

  /** Waits for the thread, which puts back what it could not write any more. */
  private void endWriter() {
    writer.interrupt();
    try {
      if (durable && !writer.join(LONGEST_END)) {
        LOG.log(Level.WARNING, "The thread that writes answers did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
