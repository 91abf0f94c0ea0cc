package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Carried;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * The tables of balances and grants, and what a gateway's calls do to them. Stateless.
 *
 * <p>Whatever the number of budgets, a call costs one round trip where the database is behind a
 * line. Balances are locked in the order of their {@link BudgetCycle}s, before the grants on them
 * are looked at, so that no two calls can wait for each other.
 *
 * <p>The invariant: {@code outstanding} is the sum of the grants, and {@code settled} is what the
 * records add up to, those that were pruned included, less what is {@code excused}: what was spent
 * before an operator set the budget back, and became known afterwards.
 */
sealed interface Balances permits PostgresBalances, SqliteBalances {

  /** A process that has drawn. */
  record Holder(String node, String incarnation) {

    /** The process that has joined as a node. */
    static Holder of(NodeLease lease) {
      return new Holder(lease.node(), lease.incarnation());
    }
  }

  /**
   * A balance that nobody else changes until the transaction ends.
   *
   * @param settled what it has cost
   * @param forgivenAtMillis when it was last set back; 0 if never
   */
  record Locked(Money settled, long forgivenAtMillis) {}

  /**
   * A change of what a balance has cost.
   *
   * @param cost what the records entered for it add up to
   * @param excused how much of that does not count, since the budget was set back
   * @param lastAtMillis the time of the last of those records
   */
  record Charge(Money cost, Money excused, long lastAtMillis) {

    /** Both together. */
    Charge plus(Charge other) {
      return new Charge(
          cost.saturatedPlus(other.cost),
          excused.saturatedPlus(other.excused),
          Math.max(lastAtMillis, other.lastAtMillis));
    }
  }

  /**
   * Grants what fits.
   *
   * @return how those balances stand that are there
   * @throws LedgerException of kind {@code FENCED} if another process has taken the node's name
   */
  Map<BudgetCycle, Standing> draw(
      Connection connection, NodeLease lease, SortedMap<BudgetCycle, Draw> draws)
      throws SQLException, LedgerException;

  /**
   * Takes from what a process has drawn, as much as there is.
   *
   * @return how those balances stand that are there
   */
  Map<BudgetCycle, Standing> giveBack(
      Connection connection, Holder holder, SortedMap<BudgetCycle, Money> amounts)
      throws SQLException;

  /**
   * Enters records, and moves the cost of those that are new from what a process has drawn to what
   * is settled.
   *
   * @param charges all that the records are charged to
   * @return how these stand; nothing if one has no balance yet, and then nothing was entered
   */
  Optional<Map<BudgetCycle, Standing>> post(
      Connection connection,
      Holder holder,
      Collection<SpendRecord> records,
      SortedSet<BudgetCycle> charges)
      throws SQLException;

  /** How those balances stand that are there. */
  Map<BudgetCycle, Standing> view(
      Connection connection, Holder holder, Collection<BudgetCycle> charges) throws SQLException;

  /**
   * Finds the cycles of the same budgets that overlap some and are others.
   *
   * @return each pair, with what the other one has cost
   */
  List<Carried> overlapping(Connection connection, SortedSet<BudgetCycle> charges)
      throws SQLException;

  /** The balances of the cycles that the moment lies in, of the same budgets. */
  List<Balance> running(Connection connection, SortedSet<BudgetCycle> charges, long atMillis)
      throws SQLException;

  /**
   * Makes balances.
   *
   * @return those that were not there
   */
  Set<BudgetCycle> open(Connection connection, SortedSet<BudgetCycle> charges) throws SQLException;

  /** Locks those balances that are there. */
  Map<BudgetCycle, Locked> lock(Connection connection, SortedSet<BudgetCycle> charges)
      throws SQLException;

  /** Changes what locked balances have cost, which never falls below nothing. */
  void charge(Connection connection, SortedMap<BudgetCycle, Charge> charges) throws SQLException;

  /**
   * Enters records.
   *
   * @return those that are new
   */
  Collection<SpendRecord> enter(Connection connection, Collection<SpendRecord> records)
      throws SQLException;
}
