package io.nexus.ledger.jdbc;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Carried;
import io.nexus.control.money.Money;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Computes how much of one cycle's spend counts on another, within one transaction. */
final class Carry {

  private final Connection connection;

  Carry(Connection connection) {
    this.connection = connection;
  }

  /**
   * Lowers amounts to the spend within the target cycle, less what was carried before, and drops
   * zero amounts. Records within it count; for a cycle that lies wholly within, its balance counts,
   * which includes pruned records.
   *
   * @param candidates each with the whole spend of its cycle
   */
  List<Carried> within(Collection<Carried> candidates) throws SQLException {
    var spent = new HashMap<Cycle, Map<BudgetCycle, Money>>();
    var carried = new ArrayList<Carried>();
    for (var each : candidates) {
      var to = each.to().cycle();
      var amount = each.amount();
      if (!lies(each.from().cycle(), to)) {
        var sums = spent.get(to);
        if (sums == null) {
          sums = spent(to.start().toEpochMilli(), to.endMillis());
          spent.put(to, sums);
        }
        amount = sums.getOrDefault(each.from(), Money.ZERO);
      }
      amount = new Money(Money.saturatedSubtract(amount.nanos(), before(each).nanos()));
      if (amount.nanos() > 0) {
        carried.add(new Carried(each.from(), each.to(), amount));
      }
    }
    return carried;
  }

  private static boolean lies(Cycle inner, Cycle outer) {
    return !inner.start().isBefore(outer.start()) && !inner.end().isAfter(outer.end());
  }

  /** The sum that the records since a moment charge to a cycle. */
  Money since(BudgetCycle charge, long millis) throws SQLException {
    return spent(millis, Long.MAX_VALUE).getOrDefault(charge, Money.ZERO);
  }

  private Map<BudgetCycle, Money> spent(long since, long before) throws SQLException {
    var sums = new HashMap<BudgetCycle, Money>();
    var _ =
        SpendReport.perCharge(
            connection,
            since,
            before,
            (charges, sum) ->
                SpendTable.charges(charges)
                    .forEach(charge -> sums.merge(charge, sum, Money::saturatedPlus)));
    return sums;
  }

  private Money before(Carried carried) throws SQLException {
    try (var select =
        connection.prepareStatement(
            "SELECT " + SpendReport.sums("cost") + " FROM nexus_spend WHERE request_id = ?")) {
      select.setString(1, carried.id());
      try (var rows = select.executeQuery()) {
        return rows.next() ? SpendReport.sum(rows, 1) : Money.ZERO;
      }
    }
  }

  /** The number of carries from the one to the other. */
  int times(Carried carried) throws SQLException {
    try (var select =
        connection.prepareStatement("SELECT count(*) FROM nexus_spend WHERE request_id = ?")) {
      select.setString(1, carried.id());
      try (var rows = select.executeQuery()) {
        return rows.next() ? rows.getInt(1) : 0;
      }
    }
  }
}
