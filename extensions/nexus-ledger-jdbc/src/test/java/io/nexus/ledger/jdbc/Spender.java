package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Funds;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** A gateway's money side: one budget of $100, spent a cent at a time. */
final class Spender {

  static final Money COST = Money.usd("0.01");

  final Funds funds;
  private final String name;
  private final Budgets book;
  private int spent;

  Spender(String name, Funds funds, Window window, ZoneOffset zone) {
    this.name = name;
    this.funds = funds;
    var terms =
        new BudgetTerms(
            "global", Map.of(), Money.usd("100"), window, zone, 80, HardLimitAction.REJECT, false);
    book = new Budgets(List.of(terms), BudgetListener.NONE, funds.shares(), funds.clock().millis());
    funds.awaitFirstView();
  }

  /** A request, if it is admitted. */
  Admission spend() {
    try (var hold = book.of(Caller.ANONYMOUS, 0).at("p", "b", "m").hold()) {
      var admission = funds.admit(hold, COST);
      if (admission instanceof Admission.Held) {
        var record = record(hold);
        assertTrue(funds.begin(record));
        funds.settle(record);
        hold.settle(COST);
      }
      return admission;
    }
  }

  /** How many were admitted. */
  int spent() {
    return spent;
  }

  private SpendRecord record(BudgetHold hold) {
    return new SpendRecord(
        new RecordId(name + ++spent, 1),
        funds.clock().instant(),
        Caller.ANONYMOUS,
        new ServedBy("b", "p", "m"),
        Usage.of(10, 20),
        "",
        COST,
        Precision.REPORTED,
        Outcome.COMPLETED,
        Funds.chargesOf(hold));
  }
}
