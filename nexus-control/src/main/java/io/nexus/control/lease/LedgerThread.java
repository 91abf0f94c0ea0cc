package io.nexus.control.lease;

import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Cycle;
import io.nexus.control.budget.LocalShare;
import io.nexus.control.budget.ShareListener;
import io.nexus.control.journal.Journal;
import io.nexus.control.journal.JournalFolder;
import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerStats;
import io.nexus.control.money.Money;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The one platform thread that speaks to the ledger: it draws, posts, gives back and renews, a
 * round at a time, and is the only one that waits for a disk or a network.
 */
final class LedgerThread implements ShareListener {

  private static final Logger LOG = System.getLogger(LedgerThread.class.getName());

  private static final int ASKS = 8192;
  private static final long ROUND_MILLIS = 20;
  private static final long SHORTEST_PAUSE_NANOS = 50_000_000;
  private static final long LONGEST_PAUSE_NANOS = 2_000_000_000;
  private static final Duration LAST_ROUNDS = Duration.ofSeconds(20);

  private final LedgerSession session;
  private final Journal journal;
  private final JournalFolder folder;
  private final LeaseListener listener;
  private final LongSupplier nanos;
  private final ArrayBlockingQueue<DrawRequest> asks = new ArrayBlockingQueue<>(ASKS);
  private final LedgerRound round;
  private final CompletableFuture<Boolean> firstRound = new CompletableFuture<>();
  private final Thread thread = Thread.ofPlatform().name("ledger").unstarted(this::run);

  private long triesNanos;
  private long pauseNanos;

  private volatile boolean stopping;
  private volatile boolean fenced;
  private volatile String away = "";
  private final LongAdder errors = new LongAdder();

  LedgerThread(
      LedgerSession session,
      LeaseTerms terms,
      Journal journal,
      JournalFolder folder,
      MachineTime machine,
      LeaseListener listener) {
    this.session = session;
    this.journal = journal;
    this.folder = folder;
    this.listener = listener;
    this.nanos = machine.nanos();
    this.round = new LedgerRound(session, terms, journal, listener, nanos, asks);
  }

  /** Starts it, and reports what trying again cannot mend. */
  void start() throws LedgerException {
    thread.start();
    try {
      var _ = firstRound.get();
    } catch (ExecutionException e) {
      stop();
      throw e.getCause() instanceof LedgerException cause
          ? cause
          : new LedgerException(Kind.FAILED, "ledger: cannot be opened: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  InstantSource clock() {
    return session.clock();
  }

  /** Whether the ledger does not answer, or has not for longer than anybody waits. */
  boolean isAway() {
    return !away.isEmpty() || session.isStuck();
  }

  /** Whether another process has taken this node's name. */
  boolean isFenced() {
    return fenced;
  }

  /** How long a request waits for an answer. */
  long patienceNanos() {
    return session.patienceNanos();
  }

  LedgerStats figures() {
    return new LedgerStats(
        round.draws(),
        errors.sum(),
        round.outstanding(),
        round.stranded(),
        journal.pending(),
        away);
  }

  @Override
  public void opened(LocalShare share) {
    round.open(new LeasedAccount(share, nanos.getAsLong()));
  }

  @Override
  public void forgiven(BudgetTerms terms, Cycle cycle, Money amount) {
    round.reset(new BudgetCycle(terms.name(), cycle), amount);
  }

  /** Queues it; false if too many wait. */
  boolean ask(DrawRequest ask) {
    return !stopping && asks.offer(ask);
  }

  /** Whether one of them has just been refused so much. */
  boolean refuses(Set<BudgetCycle> charges, Money amount) {
    return round.accounts().refuse(charges, amount, nanos.getAsLong());
  }

  /** Whether the ledger has just said how each of them stands. */
  boolean areFresh(Set<BudgetCycle> charges) {
    return round.accounts().areFresh(charges, nanos.getAsLong());
  }

  /** Ends it after the last rounds. */
  void stop() {
    stopping = true;
    try {
      thread.join(LAST_ROUNDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    var waiting = new ArrayList<DrawRequest>();
    while (!stopping) {
      waiting.clear();
      try {
        var first = asks.poll(ROUND_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          waiting.add(first);
          asks.drainTo(waiting);
        }
      } catch (InterruptedException e) {
        break;
      }
      round(waiting);
    }
    asks.drainTo(waiting);
    answerAway(waiting);
    finish();
  }

  /** What the thread does again and again; for whoever drives it without starting it. */
  void round(List<DrawRequest> waiting) {
    long now = nanos.getAsLong();
    if (!away.isEmpty() && now - triesNanos < 0) {
      answerAway(waiting);
      return;
    }
    try {
      if (fenced) {
        answerAway(waiting);
        round.runFenced();
        return;
      }
      round.run(waiting);
      succeeded();
    } catch (LedgerException e) {
      failed(e, waiting);
    } catch (IOException e) {
      failed(new LedgerException(Kind.FAILED, "ledger journal: " + e.getMessage(), e), waiting);
    } catch (RuntimeException e) {
      failed(new LedgerException(Kind.FAILED, "ledger: unexpected: " + e, e), waiting);
    } catch (Error e) {
      // A driver of another version, a mapped file that is gone: no reason to end in silence and
      // leave every request to its deadline.
      var failure = new LedgerException(Kind.FAILED, "ledger: unexpected: " + e, e);
      firstRound.completeExceptionally(failure);
      failed(failure, waiting);
    }
  }

  private void answerAway(List<DrawRequest> waiting) {
    waiting.forEach(ask -> ask.answer().complete(Answer.AWAY));
    round.giveUp();
  }

  private void succeeded() {
    if (!away.isEmpty()) {
      away = "";
      pauseNanos = 0;
      LOG.log(Level.INFO, "Ledger: back");
    }
    firstRound.complete(true);
  }

  private void failed(LedgerException e, List<DrawRequest> waiting) {
    boolean first = away.isEmpty();
    away = e.getMessage();
    pauseNanos = Math.clamp(pauseNanos * 2, SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    triesNanos = nanos.getAsLong() + pauseNanos;
    if (e.kind() == Kind.FENCED && !fenced) {
      fenced = true;
      listener.fenced();
    }
    errors.increment();
    answerAway(waiting);
    boolean starts =
        switch (e.kind()) {
          // Trying again does not mend it: whoever starts the thread reports it.
          case IN_USE, NEWER, ADDRESS, FOREIGN -> !firstRound.completeExceptionally(e);
          case FENCED, UNREACHABLE, DENIED, FULL, READ_ONLY, CORRUPT, FAILED -> {
            firstRound.complete(false);
            yield true;
          }
        };
    listener.failed();
    if (first && starts) {
      LOG.log(
          Level.ERROR,
          (fenced ? "Ledger: away: " : "Ledger: away, tried again until it is back: ")
              + e.getMessage(),
          e.getCause() instanceof Error ? e : null);
    }
  }

  private void finish() {
    boolean clean = false;
    try {
      if (firstRound.isDone() && !firstRound.isCompletedExceptionally()) {
        round.runLast();
        clean = true;
      }
    } catch (LedgerException | IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "Ledger: not reached at the end; the journal keeps what it does not know until the next"
              + " start",
          e);
    }
    try {
      journal.close();
      session.close(clean && !fenced);
      folder.close();
    } catch (LedgerException | IOException e) {
      LOG.log(Level.WARNING, "Ledger: not closed as it should be", e);
    }
  }
}
