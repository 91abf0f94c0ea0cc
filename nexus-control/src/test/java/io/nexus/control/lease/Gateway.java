package io.nexus.control.lease;

import io.nexus.control.budget.Budget;
import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.budget.Window;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Funds;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A gateway as far as its ledger sees one: it spends, and nothing else. */
final class Gateway {

  static final Money LIMIT = Money.usd("10");
  private static final AtomicInteger RUNS = new AtomicInteger();

  static final Money MAX_CHUNK = Money.usd("1");

  /** The money admitted without a grant. */
  final AtomicLong unsecuredNanos = new AtomicLong();

  final AtomicInteger timesFenced = new AtomicInteger();

  final Funds funds;
  final Budgets book;
  private final String node;

  /** No two runs give a request the same name. */
  private final int run = RUNS.incrementAndGet();

  private int requests;

  Gateway(String node, Ledger ledger, Path journal, MachineTime machine, boolean failOpen)
      throws LedgerException {
    this(node, ledger, journal, machine, failOpen, Duration.ofSeconds(5));
  }

  /** One whose configuration may differ from that of others. */
  Gateway(String node, Ledger ledger, Path journal, MachineTime machine, List<BudgetTerms> terms)
      throws LedgerException {
    this(node, ledger, journal, machine, false, Duration.ofSeconds(5), terms);
  }

  Gateway(
      String node,
      Ledger ledger,
      Path journal,
      MachineTime machine,
      boolean failOpen,
      Duration drawWait)
      throws LedgerException {
    this(
        node,
        ledger,
        journal,
        machine,
        failOpen,
        drawWait,
        List.of(
            budget("global", "10", HardLimitAction.REJECT),
            budget("second", "20", HardLimitAction.REJECT),
            budget("warns", "5", HardLimitAction.WARN)));
  }

  private Gateway(
      String node,
      Ledger ledger,
      Path journal,
      MachineTime machine,
      boolean failOpen,
      Duration drawWait,
      List<BudgetTerms> budgets)
      throws LedgerException {
    this.node = node;
    var terms =
        new LeaseTerms(
            node,
            journal.resolve(node),
            1 << 20,
            Duration.ofSeconds(3),
            MAX_CHUNK,
            drawWait,
            failOpen);
    funds = LeasedFunds.start(() -> ledger, terms, machine, new Counting());
    book = new Budgets(budgets, BudgetListener.NONE, funds.shares(), funds.clock().millis());
    funds.awaitFirstView();
  }

  private static BudgetTerms budget(String name, String limit, HardLimitAction action) {
    return budget(name, limit, new Window.Hourly(), ZoneOffset.UTC, action);
  }

  static BudgetTerms budget(
      String name, String limit, Window window, ZoneId zone, HardLimitAction action) {
    return new BudgetTerms(name, Map.of(), Money.usd(limit), window, zone, 80, action, false);
  }

  RequestBudgets budgets() {
    return budgets(Caller.ANONYMOUS);
  }

  private RequestBudgets budgets(Caller caller) {
    return book.of(caller, funds.clock().millis()).at("openai", "openai", "gpt-4o");
  }

  BudgetState state() {
    return state("global");
  }

  BudgetState state(String budget) {
    return budget(budget).state(funds.clock().millis());
  }

  private Budget budget(String name) {
    return book.budgets().stream()
        .filter(budget -> budget.terms().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Changes the limit that most are about. */
  void limit(String usd) {
    var _ = budget("global").changeLimit(Money.usd(usd), funds.clock().millis());
  }

  /** Sets the spend of all budgets back to zero. */
  void reset() {
    book.budgets().forEach(budget -> budget.resetSpent(funds.clock().millis()));
  }

  /** Spends an amount if it is admitted. */
  Admission spend(String usd) {
    return spend(usd, usd);
  }

  /** Spends so much for a caller if it is admitted. */
  Admission spend(Caller caller, String usd) {
    return spend(budgets(caller), usd, usd);
  }

  /** Holds and then spends if it is admitted. */
  Admission spend(String held, String spent) {
    return spend(budgets(), held, spent);
  }

  private Admission spend(RequestBudgets budgets, String held, String spent) {
    try (var hold = budgets.hold()) {
      var admission = funds.admit(hold, Money.usd(held));
      if (admission instanceof Admission.Held) {
        int number;
        synchronized (this) {
          number = ++requests;
        }
        if (!funds.begin(record(number, held, hold))) {
          return new Admission.Unavailable("journal full");
        }
        var record = record(number, spent, hold);
        funds.settle(record);
        hold.settle(record.cost());
      }
      return admission;
    }
  }

  SpendRecord record(int number, String usd, BudgetHold hold) {
    return new SpendRecord(
        new RecordId(node + "-" + run + "-" + number, 1),
        funds.clock().instant(),
        Caller.ANONYMOUS,
        new ServedBy("openai", "openai", "gpt-4o"),
        Usage.of(10, 20),
        "",
        Money.usd(usd),
        Precision.REPORTED,
        Outcome.COMPLETED,
        Funds.chargesOf(hold));
  }

  private final class Counting implements LeaseListener {
    @Override
    public void drew(Duration took) {}

    @Override
    public void failed() {}

    @Override
    public void unsecured(Money uncovered) {
      unsecuredNanos.addAndGet(uncovered.nanos());
    }

    @Override
    public void fenced() {
      timesFenced.incrementAndGet();
    }
  }
}
