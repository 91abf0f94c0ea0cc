package io.nexus.control.lease;

import io.nexus.control.journal.Journal;
import io.nexus.control.journal.JournalBatch.Records;
import io.nexus.control.journal.JournalBatch.Reset;
import io.nexus.control.lease.Chores.Chore;
import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The work of the ledger thread in one round: first what requests wait for, then due chores, one
 * call at a time and only while no request waits.
 *
 * <p>For the ledger thread, except {@link #open}, {@link #reset}, {@link #accounts} and figures.
 */
final class LedgerRound {

  private static final int LOOKS_A_CALL = 256;
  private static final int REFILLS_A_CALL = 64;
  private static final int CHORES_A_ROUND = 80;
  private static final int BATCHES_BEFORE_DRAWS = 8;
  private static final long POSTS_NANOS = 100_000_000; // A transaction costs a dozen records.
  private static final long SAMPLES_NANOS = 1_000_000_000;
  private static final long LOOKS_NANOS = 500_000_000;
  private static final long IDLE_NANOS = 2_000_000_000;
  private static final long IDLE_ALONE_NANOS = 4_000_000_000L; // No other gateway waits or spends.
  private static final long IDLE_STRANDED_NANOS = 15_000_000_000L; // A usual scrape interval.

  private final LedgerSession session;
  private final LeaseTerms terms;
  private final Journal journal;
  private final LeaseListener listener;
  private final LongSupplier nanos;
  private final Queue<DrawRequest> waiting;
  private final LeasedAccounts accounts;
  private final LedgerCalls calls;
  private final CycleCheck cycles;
  private final Rest rest;
  private final LeasedSettings settings;
  private final Queue<LeasedAccount> opened = new ConcurrentLinkedQueue<>();
  private final Map<String, Money> resets = new ConcurrentHashMap<>();
  private final LooksAfterChange change;
  private final List<DrawRequest> looking = new ArrayList<>();
  private final Chores chores;
  private long looksNanos;
  private final BatchSize batch = new BatchSize();
  private volatile Money outstanding = Money.ZERO;
  private volatile Money stranded = Money.ZERO;

  /** Creates the work of a thread, for which requests may be waiting while a round runs. */
  LedgerRound(
      LedgerSession session,
      LeaseTerms terms,
      Journal journal,
      LeaseListener listener,
      LongSupplier nanos,
      Queue<DrawRequest> waiting,
      Rest rest) {
    this.session = session;
    this.terms = terms;
    this.journal = journal;
    this.listener = listener;
    this.nanos = nanos;
    this.waiting = waiting;
    this.rest = rest;
    this.settings = new LeasedSettings(rest::endPause);
    this.accounts = new LeasedAccounts(terms, nanos.getAsLong());
    this.calls = new LedgerCalls(session, accounts, listener, nanos);
    this.cycles = new CycleCheck(session, accounts);
    this.looksNanos = nanos.getAsLong();
    this.change = new LooksAfterChange(looksNanos);
    this.chores = new Chores(looksNanos);
  }

  LeasedAccounts accounts() {
    return accounts;
  }

  /** The settings that are changed at run time. */
  LeasedSettings settings() {
    return settings;
  }

  long draws() {
    return calls.draws();
  }

  Money outstanding() {
    return outstanding;
  }

  Money stranded() {
    return stranded;
  }

  /** A cycle has begun. */
  void open(LeasedAccount account) {
    opened.add(account);
    rest.end();
  }

  /** An operator has set the spend back to zero; {@code amount} was spent. */
  void reset(BudgetCycle charge, Money amount) {
    var id = UUID.randomUUID().toString();
    resets.put(id, amount);
    journal.reset(new Reset(charge, id, session.clock().instant()));
    rest.end();
  }

  /** Does one round. Answers the waiting requests unless it fails. */
  void run(List<DrawRequest> asking) throws LedgerException, IOException {
    if (session.open()) {
      accounts.reportAgain();
    }
    if (!settings.areKnown()) {
      settings.look(session);
    }
    adopt();
    cycles.run();
    adopt();
    var drawing = new ArrayList<DrawRequest>(asking.size());
    for (var ask : asking) {
      (ask.looks() ? looking : drawing).add(ask);
    }
    // Until the reset is posted the ledger counts the forgiven spend, and would refuse draws.
    for (int i = 0; i < BATCHES_BEFORE_DRAWS && !resets.isEmpty(); i++) {
      post();
    }
    var now = now();
    draw(drawing, now);
    look(now);
    if (settings.keep(session)) {
      changed();
    }
    calls.see(accounts.unseen(LOOKS_A_CALL));
    for (int i = 0; i < CHORES_A_ROUND && chore(now()) && waiting.isEmpty(); i++) {
      // One at a time.
    }
    if (opened.isEmpty() && accounts.areSeen()) {
      if (looking.stream().anyMatch(DrawRequest::isAboutAll)) {
        cycles.warnOfUnknownBudgets();
      }
      answerIf(DrawRequest::isAboutAll);
    }
  }

  /** Refreshes all budgets until the last gateway has read the change. */
  private void changed() {
    long now = nanos.getAsLong();
    change.begin(now);
    chores.due(Chore.LOOK, now);
  }

  /** The round of a process that has lost its name: posts and gives back everything. */
  void runFenced() throws LedgerException, IOException {
    adopt();
    if (journal.pending() > 0) {
      post();
    }
    calls.see(accounts.giveUpAll());
  }

  /** The last round: posts all spend and gives all free money back. */
  void runLast() throws LedgerException, IOException {
    adopt();
    while (journal.pending() > 0) {
      post();
    }
    calls.see(accounts.giveUpAll());
  }

  /** Answers the remaining waiting requests: the ledger is unreachable. */
  void giveUp(String why) {
    settings.giveUp(why);
    looking.forEach(ask -> ask.answer().complete(Answer.AWAY));
    looking.clear();
  }

  private Moment now() {
    return new Moment(nanos.getAsLong(), session.clock().millis());
  }

  private void adopt() {
    for (var account = opened.poll(); account != null; account = opened.poll()) {
      accounts.add(account);
    }
  }

  /**
   * Draws for all budgets that requests wait for or soon would, in one call; where a call takes no
   * round trip, first for those that requests wait for, and for some others at a time.
   */
  private void draw(List<DrawRequest> drawing, Moment now) throws LedgerException, IOException {
    // Another gateway may have started since they were counted.
    int nodes = session.isShared() ? Math.max(2, session.nodes()) : session.nodes();
    var wishes = accounts.wishes(drawing, nodes);
    if (session.isShared()) {
      var others = accounts.wishes(nodes, now, Integer.MAX_VALUE);
      others.putAll(wishes);
      calls.draw(others.values());
    } else {
      calls.draw(wishes.values());
    }
    long answered = nanos.getAsLong();
    drawing.forEach(ask -> ask.answer().complete(accounts.answer(ask, answered)));
    if (!session.isShared()) {
      calls.draw(accounts.wishes(nodes, now, REFILLS_A_CALL).values());
    }
    // It may also suffice for requests that have arrived since; those for figures need a look.
    waiting.removeIf(
        ask -> !ask.looks() && accounts.suffice(ask) && ask.answer().complete(Answer.GRANTED));
  }

  /** Refreshes budgets for all waiting queries in one call, a few times a second. */
  private void look(Moment now) throws LedgerException, IOException {
    if (looking.isEmpty() || now.nanos() - looksNanos < 0) {
      return;
    }
    var charges = new HashMap<BudgetCycle, Money>();
    for (var ask : looking) {
      if (!accounts.areFresh(ask.charges(), now.nanos())) {
        ask.charges().forEach(charge -> charges.put(charge, Money.ZERO));
      }
    }
    calls.see(charges);
    looksNanos = now.nanos() + LeasedAccount.FRESH_NANOS;
    answerIf(ask -> !ask.isAboutAll());
  }

  private void answerIf(Predicate<DrawRequest> test) {
    looking.removeIf(ask -> test.test(ask) && ask.answer().complete(Answer.GRANTED));
  }

  /** Does the next due chore; false if none is due. */
  private boolean chore(Moment now) throws LedgerException, IOException {
    var next = chores.next(chore -> isDue(chore, now));
    if (next.isPresent()) {
      long inNanos = run(next.get(), now);
      chores.dueIn(next.get(), now.nanos(), inNanos, journal.isIdle());
    }
    return next.isPresent();
  }

  /** Whether something waits for a round. */
  boolean isDue() {
    return !(opened.isEmpty() && resets.isEmpty() && looking.isEmpty() && accounts.areSeen())
        || settings.areAsked()
        || session.haveLimitsChanged()
        || chores.any(chore -> isDue(chore, now()));
  }

  /** How long the thread may rest, in milliseconds. */
  long untilDueMillis() {
    return chores.restMillis(nanos.getAsLong(), this::isWanted);
  }

  private boolean isDue(Chore chore, Moment now) {
    boolean full = chore == Chore.POST && journal.pending() >= batch();
    return full || (chores.isTimeFor(chore, now.nanos()) && isWanted(chore));
  }

  /** Whether there is anything to do when the time for it has come. */
  private boolean isWanted(Chore chore) {
    return switch (chore) {
      case POST -> journal.pending() > 0;
      case GIVE_BACK, RENEW, CLOCK, SETTINGS, LOOK, COUNT_STRANDED -> true;
      case TIDY_COUNTS -> accounts.haveCounts();
    };
  }

  /** Does the chore, and returns in how many nanoseconds it is due again. */
  private long run(Chore chore, Moment now) throws LedgerException, IOException {
    long ttl = terms.ttl().toNanos();
    return switch (chore) {
      case POST -> {
        post();
        yield POSTS_NANOS;
      }
      case GIVE_BACK -> {
        calls.see(accounts.surplus(now, session.isShared()));
        accounts.dropDone(now);
        accounts.rest(now);
        outstanding = accounts.outstanding();
        yield session.isShared() ? SAMPLES_NANOS : unlessIdle(SAMPLES_NANOS);
      }
      case RENEW -> {
        session.renew();
        yield session.isShared() ? ttl / 3 : ttl / 3 * 2; // Nobody waits for a lease's end there.
      }
      case CLOCK -> {
        session.setClock();
        yield ttl;
      }
      case SETTINGS -> {
        long asked = nanos.getAsLong();
        if (settings.look(session)) {
          changed();
        }
        long next = settings.intervalNanos(session, journal.isIdle());
        yield Math.max(next, nanos.getAsLong() - asked);
      }
      case LOOK -> {
        var stale = accounts.stale(now, change.sinceNanos(now.nanos()), LOOKS_A_CALL);
        calls.see(stale);
        calls.see(accounts.aboveLimits());
        yield stale.size() < LOOKS_A_CALL ? change.next(now.nanos(), unlessIdle(LOOKS_NANOS)) : 0;
      }
      case COUNT_STRANDED -> {
        stranded = session.call((ledger, _) -> ledger.stranded());
        yield journal.isIdle() ? IDLE_STRANDED_NANOS : ttl;
      }
      case TIDY_COUNTS -> {
        session.run((ledger, _) -> ledger.counts().tidy());
        yield ttl;
      }
    };
  }

  private long unlessIdle(long usualNanos) {
    return !journal.isIdle() ? usualNanos : session.isShared() ? IDLE_NANOS : IDLE_ALONE_NANOS;
  }

  private int batch() {
    return batch.with(journal.pending(), session.isShared());
  }

  /** Posts one batch of records or one reset, whichever comes first. */
  private void post() throws LedgerException, IOException {
    int most = batch();
    var next = journal.next(most);
    switch (next) {
      case Records(var records) -> post(records, most);
      case Reset reset -> forgive(reset);
    }
    journal.posted(next);
  }

  private void post(List<SpendRecord> records, int most) throws LedgerException, IOException {
    if (records.isEmpty()) {
      return;
    }
    long asked = nanos.getAsLong();
    var standings =
        session.call((ledger, _) -> ledger.post(terms.node(), session.incarnation(), records));
    listener.posted(records);
    accounts.posted(records);
    accounts.see(standings, asked);
    batch.took(records.size(), most, nanos.getAsLong() - asked);
  }

  private void forgive(Reset reset) throws LedgerException, IOException {
    session.run((ledger, _) -> ledger.forgive(reset.charge(), reset.id(), reset.at()));
    var amount = resets.remove(reset.id());
    if (amount != null) {
      accounts.forgiven(reset.charge(), amount);
    }
    calls.see(Map.of(reset.charge(), Money.ZERO));
  }
}
