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

/** How much of one cycle's spend counts on another, within one transaction. */
final class Carry {

  private final Connection connection;

  Carry(Connection connection) {
    this.connection = connection;
  }

  /**
   * Lowers amounts to what was spent within the cycle that they are carried to, less what was
   * carried before, and leaves out what is nothing then. Records from within count; where the whole
   * cycle lies within, its balance does, which also knows of records that are gone.
   *
   * @param candidates each with all that its cycle has cost
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

  /** What the records from a moment on charge to a cycle. */
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

  /** How often was carried from the one to the other. */
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
