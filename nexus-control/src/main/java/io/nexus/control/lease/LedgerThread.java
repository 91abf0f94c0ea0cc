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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The one platform thread that calls the ledger, and the only one that waits for its disk or
 * network. Requests spend the money that it has drawn, and ask it for more.
 *
 * <h2>The parts</h2>
 *
 * <ul>
 *   <li>The ledger keeps two sums for each budget's cycle: S, the settled spend, and A, the money
 *       that gateways have drawn and not settled. It grants only while {@code S + A} stays within
 *       the limit.
 *   <li>{@link LeasedFunds} is the requests' side. It takes a hold on the drawn money by one
 *       compare-and-set. If that fails it queues a {@link DrawRequest} here and waits a while.
 *   <li>{@link LedgerRound} does the work of a round. {@link LedgerSession} makes the calls: it
 *       joins the ledger, settles the journals of this node's former processes, and measures call
 *       times.
 *   <li>{@link LeasedAccount} is this thread's view of one budget's cycle.
 *   <li>The journal is the queue of records to post; it survives {@code kill -9}.
 * </ul>
 *
 * <h2>A round</h2>
 *
 * <ol>
 *   <li><b>Draw.</b> One call for all budgets: for waiting requests, for requests admitted while
 *       the ledger was unreachable, and where less than 40 % of a chunk is left. A chunk is the
 *       money spent in one lease time. Afterwards the waiting requests try again, including those
 *       that arrived during the call. Where a call takes no round trip there are two, the first for
 *       the waiting requests.
 *   <li><b>Look.</b> One call refreshes the figures for all requests that old ones would refuse.
 *   <li><b>Chores</b>, one call each and in turn, while no request waits: <b>post</b> ended
 *       attempts, ten times a second; <b>give back</b> money that is not needed here; <b>renew</b>,
 *       so that other gateways know that this node lives; refresh budgets whose figures are old.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>This process may spend, in a cycle, the amount that it has posted and the ledger has
 *       confirmed, plus the amount that the ledger last reported as drawn by it. Every answer
 *       reports that amount. So if an answer is lost after the ledger has done its work, the next
 *       answer makes up for it, and no call has to be undone.
 *   <li>Money is withdrawn here before it is returned to the ledger, and spent here only after the
 *       ledger has granted it. In between, no process can spend it.
 *   <li>A record is in the journal before its hold ends, and leaves the journal after the ledger
 *       has it. It may be posted twice; it counts once.
 *   <li>While the ledger is unreachable, holds may exceed the drawn money only by the part of the
 *       limit that no gateway is known to have drawn, and only with {@code on_error = "open"}. With
 *       a single gateway that is exact. The excess is drawn first when the ledger is back.
 *   <li>Deadlines use the machine's nanosecond counter. The ledger's clock, an offset to it, only
 *       decides when cycles end. Setting the machine's clock has no effect.
 *   <li>Any failure of a round, even an {@code Error}, counts as the ledger being unreachable: it
 *       is logged and counted, waiting requests are answered, and the next round tries again after
 *       a pause that grows from 50 milliseconds to two seconds.
 * </ul>
 *
 * <h2>An example</h2>
 *
 * <p>This gateway and another share a budget of $10 a day; S is $6 and A is $0.
 *
 * <ol>
 *   <li>A request needs $0.02 here, where nothing is drawn yet. It asks for a draw of at least
 *       $0.02 and at best $0.10: its own need and four more such requests. One of two gateways may
 *       draw up to a quarter of what is free, $1, so $0.10 is granted. Now A is $0.10 and $0.10 is
 *       free here, of which the request holds $0.02.
 *   <li>It costs $0.015. The record goes to the journal, and $0.085 is free. A tenth of a second
 *       later it is posted, which moves the cost: S is $6.015, A is $0.085. This process's
 *       allowance is unchanged: $0.015 posted plus $0.085 drawn.
 *   <li>The connection is cut. Four requests use up the drawn money except $0.005. The fifth needs
 *       $0.02. When the ledger last answered, $10 - $6.015 - $0.085 = $3.90 of the limit was free,
 *       so with {@code on_error = "open"} it is admitted, and -$0.015 is free.
 *   <li>The connection is back. The first round draws the missing $0.015, so that no other gateway
 *       is granted it, and posts the records. If the other gateway has drawn everything by then,
 *       the ledger settles the records nevertheless: only in that case is the limit exceeded.
 *   <li>No further request arrives. After one lease time the rest is withdrawn here and returned to
 *       the ledger, and A is $0.
 * </ol>
 */
final class LedgerThread implements ShareListener {

  private static final Logger LOG = System.getLogger(LedgerThread.class.getName());

  private static final int ASKS = 8192;
  private static final long ROUND_MILLIS = 20; // A draw request ends the pause between rounds.
  private static final long IDLE_ROUND_MILLIS = 100;
  private static final long QUIET_NANOS = 2_000_000_000; // Until then each round may draw ahead.
  private static final Duration LAST_ROUNDS = Duration.ofSeconds(20);

  private final LedgerSession session;
  private final Journal journal;
  private final JournalFolder folder;
  private final LeaseListener listener;
  private final LongSupplier nanos;
  private final ArrayBlockingQueue<DrawRequest> asks = new ArrayBlockingQueue<>(ASKS);
  private final Rest rest = new Rest(asks);
  private final LedgerRound round;
  private final CompletableFuture<Boolean> firstRound = new CompletableFuture<>();
  private final Thread thread = Thread.ofPlatform().name("ledger").unstarted(this::run);

  private final Outage outage = new Outage();
  private long busyNanos;
  private volatile boolean stopping;
  private volatile boolean fenced;

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
    this.round = new LedgerRound(session, terms, journal, listener, nanos, asks, rest);
  }

  /** Starts it. */
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

  /** Whether the ledger fails, or has not answered for longer than any request waits. */
  boolean isAway() {
    return !outage.why().isEmpty() || session.isStuck();
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
    var away = outage.why();
    boolean stuck = away.isEmpty() && session.isStuck();
    return new LedgerStats(
        round.draws(),
        outage.errors(),
        round.outstanding(),
        round.stranded(),
        journal.pending(),
        stuck ? "ledger: does not answer" : away,
        stuck ? Optional.of(session.calledAt()) : outage.since());
  }

  @Override
  public void opened(LocalShare share) {
    round.open(new LeasedAccount(share, nanos.getAsLong()));
  }

  /** The listener for accounts of limits other than money. */
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
  public void valuesChanged() {
    session.limitsChanged();
    rest.end();
  }

  @Override
  public void forgiven(BudgetTerms terms, Cycle cycle, Money amount) {
    round.reset(new BudgetCycle(terms.name(), cycle), amount);
  }

  /** The settings that are changed at run time. */
  LeasedSettings settings() {
    return round.settings();
  }

  /** Queues it; false if too many wait. */
  boolean ask(DrawRequest ask) {
    return !stopping && asks.offer(ask);
  }

  /** Whether the ledger has just refused this amount on one of them. */
  boolean refuses(Set<BudgetCycle> charges, Money amount) {
    return round.accounts().refuse(charges, amount, nanos.getAsLong());
  }

  /** Whether the ledger has just reported each of them. */
  boolean areFresh(Set<BudgetCycle> charges) {
    return round.accounts().areFresh(charges, nanos.getAsLong());
  }

  /** An attempt has begun, whose record must be posted. */
  void begun() {
    rest.end();
  }

  /** Stops it after the last rounds. */
  void stop() {
    stopping = true;
    rest.end();
    try {
      thread.join(LAST_ROUNDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    var waiting = new ArrayList<DrawRequest>();
    long pause = 0; // The caller of start() waits for the first round.
    while (!stopping) {
      waiting.clear();
      try {
        var first = asks.poll(pause, TimeUnit.MILLISECONDS);
        rest.over();
        if (first != null) {
          waiting.add(first);
          asks.drainTo(waiting);
        }
      } catch (InterruptedException e) {
        break;
      }
      if (!waiting.isEmpty() || !isQuiet(journal.isIdle())) {
        round(waiting);
      }
      boolean idle = journal.isIdle();
      pause = isQuiet(idle) ? rest() : idle ? IDLE_ROUND_MILLIS : ROUND_MILLIS;
    }
    asks.drainTo(waiting);
    answerAway(waiting);
    finish();
  }

  private long rest() {
    rest.begin();
    // Asked again: what came before the rest has not ended it.
    return isQuiet(journal.isIdle()) ? round.untilDueMillis() : 0;
  }

  /** Whether requests ended a while ago and a round would do nothing. */
  private boolean isQuiet(boolean idle) {
    if (!idle || !outage.why().isEmpty() || fenced || !firstRound.isDone()) {
      busyNanos = nanos.getAsLong();
    }
    return nanos.getAsLong() - busyNanos > QUIET_NANOS && !round.isDue();
  }

  /** One iteration; tests call it without starting the thread. */
  void round(List<DrawRequest> waiting) {
    if (outage.isPausing(nanos.getAsLong())) {
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
    } catch (RuntimeException | Error e) {
      var failure = new LedgerException(Kind.FAILED, "ledger: unexpected: " + e, e);
      if (e instanceof Error) {
        // For instance a driver of another version. The thread must not end silently.
        firstRound.completeExceptionally(failure);
      }
      failed(failure, waiting);
    }
  }

  private void answerAway(List<DrawRequest> waiting) {
    waiting.forEach(ask -> ask.answer().complete(Answer.AWAY));
    round.giveUp(stopping ? "the gateway stops" : outage.why());
  }

  private void succeeded() {
    if (outage.ended()) {
      LOG.log(Level.INFO, "Ledger: back");
    }
    firstRound.complete(true);
  }

  private void failed(LedgerException e, List<DrawRequest> waiting) {
    boolean first = outage.failed(e, session.clock().instant(), nanos.getAsLong());
    if (e.kind() == Kind.FENCED && !fenced) {
      fenced = true;
      listener.fenced();
    }
    answerAway(waiting);
    boolean starts =
        switch (e.kind()) {
          // Trying again cannot help: the caller that starts the thread reports it.
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
