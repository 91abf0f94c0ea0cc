package io.nexus.ledger.jdbc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Funds;
import io.nexus.control.lease.LeaseListener;
import io.nexus.control.lease.LeaseTerms;
import io.nexus.control.lease.LeasedFunds;
import io.nexus.control.lease.MachineTime;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/**
 * A gateway in a process of its own that spends as fast as it can until it is killed, or until the
 * budget is spent. Before each charge it writes what the upstream bills to a file.
 *
 * <p>Each line that it reads is a number of requests that it may make.
 *
 * <p>Arguments: ledger's address, its password, node, folder of journal and bill, the limit.
 */
final class CrashGateway {

  /** The most that a request can cost, in dollars. */
  static final String WORST_CASE = "0.01";

  static final Money CHUNK = Money.usd("0.5");

  static final int CLIENTS = 8;

  /** Of each line of the bill: seven digits of nano-dollars and a line's end. */
  static final int BILL_LINE_BYTES = 8;

  private static final int DONE_AFTER_REFUSALS = 10;

  private final Funds funds;
  private final Budgets book;
  private final FileOutputStream bill;
  private final Semaphore permits = new Semaphore(0);

  private CrashGateway(LedgerSettings settings, String node, Path dir, String limit)
      throws Exception {
    var terms =
        new LeaseTerms(
            node,
            dir.resolve("journal-" + node),
            1 << 22,
            Duration.ofSeconds(2),
            CHUNK,
            Duration.ofSeconds(5),
            false);
    funds =
        LeasedFunds.start(
            () -> new JdbcLedgerFactory().open(settings),
            terms,
            new MachineTime(InstantSource.system(), System::nanoTime),
            LeaseListener.NONE);
    book =
        new Budgets(
            List.of(budget("global", limit), budget("wide", "1000")),
            BudgetListener.NONE,
            funds.shares(),
            funds.clock().millis());
    bill = new FileOutputStream(dir.resolve("bill-" + node).toFile(), true);
    funds.awaitFirstView();
  }

  private static BudgetTerms budget(String name, String limit) {
    return new BudgetTerms(
        name,
        Map.of(),
        Money.usd(limit),
        new Window.Lifetime(),
        ZoneOffset.UTC,
        80,
        HardLimitAction.REJECT,
        false);
  }

  public static void main(String[] args) throws Exception {
    var gateway =
        new CrashGateway(new LedgerSettings(args[0], args[1]), args[2], Path.of(args[3]), args[4]);
    Thread.ofPlatform().daemon().start(gateway::readPermits);
    System.out.println("ready");
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        var _ = clients.submit(gateway::spendAll);
      }
    }
    gateway.funds.close();
    System.out.println("spent");
  }

  private void readPermits() {
    new BufferedReader(new InputStreamReader(System.in, US_ASCII))
        .lines()
        .mapToInt(Integer::parseInt)
        .forEach(permits::release);
  }

  private Void spendAll() throws Exception {
    int refusals = 0;
    while (refusals < DONE_AFTER_REFUSALS) {
      permits.acquire();
      try (var hold = book.of(Caller.ANONYMOUS, 0).at("p", "b", "m").hold()) {
        switch (funds.admit(hold, Money.usd(WORST_CASE))) {
          case Admission.Held _ -> {
            refusals = 0;
            request(hold);
          }
          case Admission.Refused _ -> {
            permits.release();
            refusals++;
            Thread.sleep(50);
          }
          case Admission.Unavailable _ -> {
            permits.release();
            Thread.sleep(20);
          }
        }
      }
    }
    return null;
  }

  private void request(BudgetHold hold) throws Exception {
    var id = UUID.randomUUID().toString();
    if (!funds.begin(record(id, WORST_CASE, hold))) {
      return;
    }
    long nanos = RandomGenerator.getDefault().nextLong(1_000_000, 10_000_000);
    charge(nanos);
    Thread.sleep(2);
    var record = record(id, new Money(nanos).toString(), hold);
    funds.settle(record);
    hold.settle(record.cost());
  }

  /** The upstream has generated, and will bill it whatever becomes of the gateway. */
  private void charge(long nanos) throws IOException {
    bill.write((nanos + "\n").getBytes(US_ASCII));
  }

  private SpendRecord record(String id, String usd, BudgetHold hold) {
    return new SpendRecord(
        new RecordId(id, 1),
        funds.clock().instant(),
        Caller.ANONYMOUS,
        new ServedBy("b", "p", "m"),
        Usage.of(10, 20),
        "",
        Money.usd(usd),
        Precision.REPORTED,
        Outcome.COMPLETED,
        Funds.chargesOf(hold));
  }
}
