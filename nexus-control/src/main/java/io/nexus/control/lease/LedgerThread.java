package io.nexus.control.lease;

import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Cycle;
import io.nexus.control.budget.LocalShare;
import io.nexus.control.budget.ShareListener;
import io.nexus.control.journal.Journal;
import io.nexus.control.journal.JournalFolder;
import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Grant;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The one platform thread that speaks to the ledger: it draws, posts, gives back and renews, a
 * round at a time, and is the only one that waits for a disk or a network.
 */
final class LedgerThread implements ShareListener {

  private static final Logger LOG = System.getLogger(LedgerThread.class.getName());

  private static final int ASKS = 8192;
  private static final int BATCH = 500;
  private static final int BATCHES_A_ROUND = 8;

  /**
   * A transaction costs as much as a dozen records: fewer than a batch wait for more. Counted in
   * rounds, since the ledger's clock may be set back.
   */
  private static final int ROUNDS_A_POST = 5;

  private static final long ROUND_MILLIS = 20;
  private static final long SAMPLE_MILLIS = 1000;
  private static final long LONGEST_PAUSE_MILLIS = 2000;
  private static final Duration LAST_ROUNDS = Duration.ofSeconds(20);

  private final LedgerSession link;
  private final LeaseTerms terms;
  private final Journal journal;
  private final JournalFolder folder;
  private final LeaseListener listener;
  private final ArrayBlockingQueue<DrawRequest> asks = new ArrayBlockingQueue<>(ASKS);
  private final ConcurrentLinkedQueue<LeasedAccount> opened = new ConcurrentLinkedQueue<>();
  private final LeasedAccounts accounts;
  private final ConcurrentLinkedQueue<Forgiven> forgiven = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Boolean> firstRound = new CompletableFuture<>();
  private final Thread thread = Thread.ofPlatform().name("ledger").unstarted(this::run);

  private long samplesAtMillis;
  private long renewsAtMillis;
  private long triesAtMillis;
  private long pauseMillis;
  private int roundsToPost = ROUNDS_A_POST;
  private boolean fenced;

  private volatile boolean stopping;
  private volatile String away = "";
  private final LongAdder draws = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private volatile Money outstanding = Money.ZERO;
  private volatile Money stranded = Money.ZERO;

  private record Forgiven(BudgetCycle charge, String id) {}

  LedgerThread(
      LedgerSession link,
      LeaseTerms terms,
      Journal journal,
      JournalFolder folder,
      LeaseListener listener) {
    this.link = link;
    this.terms = terms;
    this.journal = journal;
    this.folder = folder;
    this.listener = listener;
    this.accounts = new LeasedAccounts(terms);
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
    return link.clock();
  }

  boolean isAway() {
    return !away.isEmpty();
  }

  LedgerStats figures() {
    return new LedgerStats(
        draws.sum(), errors.sum(), outstanding, stranded, journal.pending(), away);
  }

  @Override
  public void opened(LocalShare share) {
    opened.add(new LeasedAccount(share, clock().millis()));
  }

  @Override
  public void forgiven(BudgetTerms terms, Cycle cycle) {
    forgiven.add(new Forgiven(new BudgetCycle(terms.name(), cycle), UUID.randomUUID().toString()));
  }

  /** Queues it; false if too many wait. */
  boolean ask(DrawRequest ask) {
    return !stopping && asks.offer(ask);
  }

  /** Whether one of them has just been refused so much. */
  boolean refuses(Set<BudgetCycle> charges, Money amount) {
    return accounts.refuse(charges, amount, clock().millis());
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
    while (!stopping) {
      var waiting = new ArrayList<DrawRequest>();
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
    var left = new ArrayList<DrawRequest>();
    asks.drainTo(left);
    answer(left, Answer.AWAY);
    finish();
  }

  /** What the thread does again and again; for whoever drives it without starting it. */
  void round(List<DrawRequest> waiting) {
    long now = clock().millis();
    if (isAway() && now < triesAtMillis) {
      answer(waiting, Answer.AWAY);
      return;
    }
    try {
      var _ = link.ledger();
      adopt();
      draw(waiting, now);
      if (--roundsToPost <= 0 || journal.pending() >= BATCH || !forgiven.isEmpty()) {
        post();
        roundsToPost = ROUNDS_A_POST;
      }
      forgive();
      if (now >= samplesAtMillis) {
        samplesAtMillis = now + SAMPLE_MILLIS;
        giveBack(now);
      }
      if (now >= renewsAtMillis) {
        renewsAtMillis = now + terms.ttl().toMillis() / 3;
        renew(now);
      }
      succeeded();
    } catch (LedgerException e) {
      failed(e, now);
      answer(waiting, Answer.AWAY);
    } catch (IOException e) {
      failed(new LedgerException(Kind.FAILED, "ledger journal: " + e.getMessage(), e), now);
      answer(waiting, Answer.AWAY);
    } catch (RuntimeException e) {
      failed(new LedgerException(Kind.FAILED, "ledger: unexpected: " + e, e), now);
      answer(waiting, Answer.AWAY);
    }
  }

  private static void answer(List<DrawRequest> asks, Answer answer) {
    asks.forEach(ask -> ask.answer().complete(answer));
  }

  private void succeeded() {
    if (isAway() && !fenced) {
      away = "";
      pauseMillis = 0;
      LOG.log(Level.INFO, "Ledger: back");
    }
    firstRound.complete(true);
  }

  private void failed(LedgerException e, long now) {
    boolean first = !isAway();
    away = e.getMessage();
    errors.increment();
    pauseMillis = Math.clamp(pauseMillis * 2, 50, LONGEST_PAUSE_MILLIS);
    triesAtMillis = now + pauseMillis;
    listener.failed();
    boolean starts =
        switch (e.kind()) {
          // Trying again does not mend it: whoever starts the thread reports it.
          case IN_USE, NEWER, ADDRESS, FOREIGN -> !firstRound.completeExceptionally(e);
          case FENCED -> {
            fenced = true;
            yield true;
          }
          case UNREACHABLE, DENIED, FULL, READ_ONLY, CORRUPT, FAILED -> {
            firstRound.complete(false);
            yield true;
          }
        };
    if (first && starts) {
      LOG.log(
          Level.ERROR,
          (fenced ? "Ledger: away: " : "Ledger: away, tried again until it is back: ")
              + e.getMessage());
    }
  }

  /** Takes in the cycles that have begun, and looks at how they stand. */
  private void adopt() throws LedgerException, IOException {
    var fresh = new HashMap<BudgetCycle, Money>();
    for (var account = opened.peek(); account != null; account = opened.peek()) {
      accounts.add(account);
      fresh.put(account.charge, Money.ZERO);
      opened.remove();
    }
    look(fresh);
  }

  /** Returns amounts, which may be zero, and sees how their budgets stand. */
  private void look(Map<BudgetCycle, Money> amounts) throws LedgerException, IOException {
    if (!amounts.isEmpty()) {
      accounts.see(link.ledger().giveBack(link.membership(), amounts));
    }
  }

  private void draw(List<DrawRequest> waiting, long now) throws LedgerException, IOException {
    var wishes = accounts.wishes(waiting, link.nodes(), fenced, now);
    if (!wishes.isEmpty() && !fenced) {
      var started = clock().instant();
      accounts.see(link.ledger().draw(link.membership(), wishes));
      draws.add(wishes.size());
      listener.drew(Duration.between(started, clock().instant()));
    }
    for (var ask : waiting) {
      ask.answer().complete(fenced ? Answer.AWAY : accounts.answer(ask, now));
    }
  }

  private void post() throws LedgerException, IOException {
    for (int i = 0; i < BATCHES_A_ROUND; i++) {
      var records = journal.next(BATCH);
      if (!records.isEmpty()) {
        var positions = link.ledger().post(terms.node(), link.incarnation(), records);
        accounts.posted(records);
        accounts.see(positions);
      }
      journal.posted(records.size());
      if (records.size() < BATCH) {
        return;
      }
    }
  }

  /** Comes after the posts: what was spent before is forgiven too. */
  private void forgive() throws LedgerException, IOException {
    for (var next = forgiven.peek(); next != null; next = forgiven.peek()) {
      link.ledger().forgive(next.charge(), next.id(), clock().instant());
      forgiven.remove();
      look(Map.of(next.charge(), Money.ZERO));
    }
  }

  private void giveBack(long now) throws LedgerException, IOException {
    look(accounts.surplus(now));
    accounts.dropDone(now);
  }

  private void renew(long now) throws LedgerException, IOException {
    if (!fenced) {
      link.renew();
    }
    look(accounts.active(now));
    outstanding = accounts.outstanding();
    stranded =
        link.ledger().grants().stream()
            .filter(Grant::stranded)
            .map(Grant::amount)
            .reduce(Money.ZERO, Money::plus);
  }

  private void finish() {
    boolean clean = false;
    try {
      if (firstRound.isDone() && !firstRound.isCompletedExceptionally()) {
        adopt();
        while (journal.pending() > 0) {
          post();
        }
        forgive();
        look(accounts.giveUpAll());
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
      link.close(clean && !fenced);
      folder.close();
    } catch (LedgerException | IOException e) {
      LOG.log(Level.WARNING, "Ledger: not closed as it should be", e);
    }
  }
}
