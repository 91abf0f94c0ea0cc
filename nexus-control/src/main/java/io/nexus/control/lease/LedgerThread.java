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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The one platform thread that speaks to the ledger, and the only one that waits for a disk or a
 * network. Requests spend what it has drawn, and ask it when that does not suffice.
 *
 * <h2>Who plays which part</h2>
 *
 * <ul>
 *   <li>The ledger keeps, of each budget's cycle, what is settled S and what gateways have drawn
 *       and not settled A. It grants only while {@code S + A} stays within the limit.
 *   <li>{@link LeasedFunds} is the requests' side. It takes a hold of what was drawn, by one
 *       compare-and-set. If that fails it queues a {@link DrawRequest} here and waits, for a
 *       bounded time.
 *   <li>{@link LedgerRound} is what is done in a round, {@link LedgerSession} how a call is made:
 *       it joins, answers for former runs of this node, and measures how long calls take.
 *   <li>{@link LeasedAccount} is what this thread knows of one budget's cycle.
 *   <li>The journal is the queue of what the ledger does not know yet, and what survives {@code
 *       kill -9}.
 * </ul>
 *
 * <h2>A round</h2>
 *
 * <ol>
 *   <li><b>Draw.</b> One call for all budgets: for those who wait, for what was admitted while the
 *       ledger was away, and where less than 40 % of a chunk is left. A chunk is what was spent in
 *       one lease time. Who waits looks again, and so do those who came while the call ran.
 *   <li><b>Look.</b> One call for all who were about to refuse a request over what was once known.
 *   <li><b>Chores</b>, one call each and in turn, as long as nobody waits: <b>post</b> what has
 *       ended, ten times a second; <b>give back</b> what nobody needs here; <b>renew</b>, so that
 *       others know that this node lives; look at budgets of which little was heard.
 * </ol>
 *
 * <h2>What holds at every moment</h2>
 *
 * <ul>
 *   <li>What this process may spend of a cycle is what it has posted, and the ledger has confirmed,
 *       plus what the ledger last said is drawn by it. Every answer says so anew, whatever it is
 *       the answer to. So an answer that was lost, after the ledger did what it was asked, is made
 *       good by the next one, and no call has to be undone.
 *   <li>Money is taken back here before the ledger is told, and spent here only after the ledger
 *       has granted it. In between it is nobody's.
 *   <li>A record is in the journal before its hold ends, and leaves it after the ledger has it. It
 *       may be posted twice, and counts once.
 *   <li>While the ledger is away, a hold may go beyond what was drawn only by what nobody is known
 *       to have taken of the limit, and only if the operator wants that. For one gateway that is
 *       exact. What it comes to is drawn first when the ledger is back.
 *   <li>Time is counted in nanoseconds by the machine. The ledger's clock, an offset to that count,
 *       only decides when cycles end. Nothing happens when somebody sets the clock.
 *   <li>Whatever goes wrong in a round, an {@code Error} too, means that the ledger is away: that
 *       is said and counted, who waits is answered, and the next round tries again after a pause
 *       that grows from 50 milliseconds to two seconds.
 * </ul>
 *
 * <h2>An example</h2>
 *
 * <p>A budget has $10 a day. This gateway and another share it; S is $6 and A is $0.
 *
 * <ol>
 *   <li>A request needs $0.02 here, where nothing was drawn. It asks for a draw: at least $0.02, at
 *       best $0.10, that is its own need and four such requests ahead. A quarter of what is free
 *       would be allowed to one of two gateways, $1, so $0.10 is granted. A is $0.10, free here are
 *       $0.10, and the request holds $0.02 of them.
 *   <li>It costs $0.015. The record goes to the journal; free are $0.085. A tenth of a second later
 *       it is posted, which moves the cost: S is $6.015, A is $0.085. What this process may spend
 *       is still what it posted plus what is drawn, $0.015 + $0.085.
 *   <li>The line is cut. Four requests spend what was drawn. The fifth needs $0.02 and has $0.005.
 *       Of the limit $10 - $6.015 - $0.085 = $3.90 were free when the ledger last answered, so with
 *       {@code on_error = "open"} it is admitted: free are -$0.015.
 *   <li>The line is back. The first round draws the missing $0.015, so that nobody else is granted
 *       them, and posts the records. Had the other gateway drawn all by then, the ledger would
 *       settle them all the same: then, and only then, the limit is passed.
 *   <li>Nobody asks any more. After one lease time the rest is taken back here and given back
 *       there, and A is $0.
 * </ol>
 */
final class LedgerThread implements ShareListener {

  private static final Logger LOG = System.getLogger(LedgerThread.class.getName());

  private static final int ASKS = 8192;
  private static final long ROUND_MILLIS = 20;

  /** The same while nothing is under way; whoever needs a draw ends it. */
  private static final long IDLE_ROUND_MILLIS = 100;

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
  private volatile Optional<Instant> awaySince = Optional.empty();
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
    boolean stuck = away.isEmpty() && session.isStuck();
    return new LedgerStats(
        round.draws(),
        errors.sum(),
        round.outstanding(),
        round.stranded(),
        journal.pending(),
        stuck ? "ledger: does not answer" : away,
        stuck ? Optional.of(session.calledAt()) : awaySince);
  }

  @Override
  public void opened(LocalShare share) {
    round.open(new LeasedAccount(share, nanos.getAsLong()));
  }

  /** The same for what counts something else than money. */
  ShareListener counts() {
    return new ShareListener() {
      @Override
      public void opened(LocalShare share) {
        round.open(LeasedAccount.ofCount(share, nanos.getAsLong()));
      }

      @Override
      public void reopened(LocalShare share) {
        LedgerThread.this.reopened(share);
      }
    };
  }

  @Override
  public void reopened(LocalShare share) {
    if (share.attachment() instanceof LeasedAccount account) {
      round.open(account);
    }
  }

  @Override
  public void forgiven(BudgetTerms terms, Cycle cycle, Money amount) {
    round.reset(new BudgetCycle(terms.name(), cycle), amount);
  }

  /** What is changed while gateways run. */
  LeasedSettings settings() {
    return round.settings();
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
        long pause = journal.isIdle() ? IDLE_ROUND_MILLIS : ROUND_MILLIS;
        var first = asks.poll(pause, TimeUnit.MILLISECONDS);
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

  /** One turn of the thread; for tests, which drive it without starting it. */
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
    round.giveUp(stopping ? "the gateway stops" : away);
  }

  private void succeeded() {
    if (!away.isEmpty()) {
      away = "";
      awaySince = Optional.empty();
      pauseNanos = 0;
      LOG.log(Level.INFO, "Ledger: back");
    }
    firstRound.complete(true);
  }

  private void failed(LedgerException e, List<DrawRequest> waiting) {
    // Before it shows: who sees that it is away sees that it has been counted.
    errors.increment();
    boolean first = away.isEmpty();
    if (first) {
      awaySince = Optional.of(session.clock().instant());
    }
    away = e.getMessage();
    pauseNanos = Math.clamp(pauseNanos * 2, SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    triesNanos = nanos.getAsLong() + pauseNanos;
    if (e.kind() == Kind.FENCED && !fenced) {
      fenced = true;
      listener.fenced();
    }
    answerAway(waiting);
    boolean starts =
        switch (e.kind()) {
          // Trying again does not mend it: the caller that starts the thread reports it.
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
