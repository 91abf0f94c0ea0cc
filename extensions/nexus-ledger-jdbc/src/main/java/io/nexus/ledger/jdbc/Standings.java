package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Combines standings from rows in any order, each with some of the values and null for the others.
 * Not for concurrent use.
 *
 * <p>Their columns: budget, start and end of its cycle; what was granted, negative if it was taken
 * back; what was settled, outstanding and the caller's before the call; the limit in force and
 * whose it is; what is settled after the call, if that has changed.
 */
final class Standings {

  private final Map<BudgetCycle, Parts> parts = new HashMap<>();

  private static final class Parts {
    long moved;
    long settledBefore;
    @Nullable Long settledAfter;
    long outstanding;
    long mine;
    long limit = Long.MAX_VALUE;
    String limitedBy = "";

    Standing standing(BudgetCycle charge) {
      return new Standing(
          charge,
          new Money(Math.max(0, moved)),
          settledAfter == null ? new Money(settledBefore) : new Money(settledAfter),
          new Money(outstanding + moved),
          new Money(mine + moved),
          new Money(limit),
          limitedBy);
    }
  }

  /** Reads a row. */
  void read(ResultSet row) throws SQLException {
    var part = parts.computeIfAbsent(BalanceTable.charge(row), _ -> new Parts());
    part.moved = or(row, 4, part.moved);
    part.settledBefore = or(row, 5, part.settledBefore);
    part.outstanding = or(row, 6, part.outstanding);
    part.mine = or(row, 7, part.mine);
    part.limit = or(row, 8, part.limit);
    var node = row.getString(9);
    part.limitedBy = node == null ? part.limitedBy : node;
    long after = row.getLong(10);
    if (!row.wasNull()) {
      part.settledAfter = after;
    }
  }

  private static long or(ResultSet row, int column, long known) throws SQLException {
    long said = row.getLong(column);
    return row.wasNull() ? known : said;
  }

  /** The combined standings. */
  Map<BudgetCycle, Standing> all() {
    var all = new HashMap<BudgetCycle, Standing>();
    parts.forEach((charge, part) -> all.put(charge, part.standing(charge)));
    return all;
  }
}
