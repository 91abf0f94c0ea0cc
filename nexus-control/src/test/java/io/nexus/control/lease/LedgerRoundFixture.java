package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.ShareListener;
import io.nexus.control.budget.Window;
import io.nexus.control.journal.Journal;
import io.nexus.control.journal.JournalFolder;
import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A round of the ledger thread, in a time that passes as a test wants. */
abstract class LedgerRoundFixture {

  static final Duration TTL = Duration.ofSeconds(60);
  static final long MILLI = 1_000_000;
  static final int BATCH = 500;

  @TempDir Path dir;

  final AtomicLong nanos = new AtomicLong(1_000_000 * MILLI);
  final InstantSource clock = () -> Instant.parse("2026-11-23T10:30:00Z").plusNanos(nanos.get());
  final MemoryLedger ledger = new MemoryLedger(clock, 100_000);
  final Map<String, Integer> calls = new TreeMap<>();
  final List<Integer> drawn = new ArrayList<>();
  final ArrayBlockingQueue<DrawRequest> asks = new ArrayBlockingQueue<>(8);
  boolean shared;
  JournalFolder folder;
  Journal journal;
  LedgerSession session;
  LedgerRound round;

  /** Those opened last. */
  Budgets budgets = new Budgets(List.of(), BudgetListener.NONE, 0);

  @BeforeEach
  void start() throws Exception {
    var machine = new MachineTime(clock, nanos::get);
    var terms = new LeaseTerms("a", dir, 1 << 22, TTL, Money.usd("1"), TTL, false);
    folder = JournalFolder.open(dir);
    journal = folder.start("a", "now", 1 << 22);
    session = new LedgerSession(this::counted, terms, "now", folder, machine, LeaseListener.NONE);
    round =
        new LedgerRound(
            session, terms, journal, LeaseListener.NONE, nanos::get, asks, new Rest(asks));
  }

  @AfterEach
  void stop() throws Exception {
    journal.close();
    folder.close();
  }

  /** The ledger, whose calls are counted by name. */
  Ledger counted() {
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (_, method, arguments) -> {
              if (method.getName().equals("isShared")) {
                return shared;
              }
              calls.merge(method.getName(), 1, Integer::sum);
              if (method.getName().equals("draw") && arguments[1] instanceof List<?> draws) {
                drawn.add(draws.size());
              }
              try {
                return method.invoke(ledger, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  /** Lets time pass, as the thread does that rests until something is due; gives the rounds. */
  int pass(Duration time) throws Exception {
    int rounds = 0;
    long end = nanos.get() + time.toNanos();
    while (true) {
      long rest = round.untilDueMillis() * MILLI;
      if (nanos.get() + rest > end) {
        nanos.set(end);
        return rounds;
      }
      nanos.addAndGet(rest);
      if (round.isDue()) {
        round.run(List.of());
        rounds++;
      }
    }
  }

  void begin(boolean mayBeShared) throws Exception {
    shared = mayBeShared;
    round.run(List.of());
    pass(Duration.ofMinutes(2));
    calls.clear();
  }

  static SpendRecord record(int number, BudgetCycle... charges) {
    return new SpendRecord(
        new RecordId("r" + number, 1),
        Instant.EPOCH,
        Caller.ANONYMOUS,
        new ServedBy("openai", "openai", "gpt-4o"),
        Usage.of(10, 20),
        "",
        Money.usd("0.001"),
        Precision.REPORTED,
        Outcome.COMPLETED,
        List.of(charges));
  }

  /** Opens an account of ten dollars, or of ten units of something counted. */
  BudgetCycle open(String name, boolean counts) {
    var limit = counts ? "0.00000001" : "10";
    var terms =
        Gateway.budget(name, limit, new Window.Lifetime(), ZoneOffset.UTC, HardLimitAction.REJECT);
    ShareListener shares =
        share ->
            round.open(
                counts
                    ? LeasedAccount.ofCount(share, nanos.get())
                    : new LeasedAccount(share, nanos.get()));
    budgets = new Budgets(List.of(terms), BudgetListener.NONE, shares, clock.millis());
    var cycle = budgets.budgets().getFirst().state(clock.millis()).cycle();
    return new BudgetCycle(name, cycle);
  }

  Answer ask(BudgetCycle charge, Money amount) throws Exception {
    var ask = new DrawRequest(Set.of(charge), amount);
    round.run(List.of(ask));
    return ask.answer().getNow(Answer.LATE);
  }

  void spend(Budgets from, String usd) {
    try (var hold = from.of(Caller.ANONYMOUS, clock.millis()).at("p", "b", "m").hold()) {
      assertTrue(hold.take(Money.usd(usd), clock.millis()));
      hold.settle(Money.usd(usd));
    }
  }
}
