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
 * The operations of a gateway's calls on the tables of balances and grants. Stateless.
 *
 * <p>A call costs one round trip to a remote database, for any number of budgets. Balances are
 * locked in the order of their {@link BudgetCycle}s, before their grants are read, so that calls
 * cannot deadlock.
 *
 * <p>The invariant: {@code outstanding} is the sum of the grants. {@code settled} is the sum of the
 * records, pruned ones included, less {@code excused}: spend from before an operator's reset that
 * was posted afterwards.
 */
sealed interface Balances permits PostgresBalances, SqliteBalances {

  /** A process that has drawn. */
  record Holder(String node, String incarnation) {

    /** The process with a node's lease. */
    static Holder of(NodeLease lease) {
      return new Holder(lease.node(), lease.incarnation());
    }
  }

  /**
   * A balance locked until the transaction ends.
   *
   * @param settled what it has cost
   * @param forgivenAtMillis when it was last reset; 0 if never
   */
  record Locked(Money settled, long forgivenAtMillis) {}

  /**
   * A change of a balance's spend.
   *
   * @param cost the sum of the new records
   * @param excused the part of it that does not count because of a reset
   * @param lastAtMillis the time of the last of those records
   */
  record Charge(Money cost, Money excused, long lastAtMillis) {

    /** The sum of both. */
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
   * @return the standings of the existing balances
   * @throws LedgerException of kind {@code FENCED} if another process has taken the node's name
   */
  Map<BudgetCycle, Standing> draw(
      Connection connection, NodeLease lease, SortedMap<BudgetCycle, Draw> draws)
      throws SQLException, LedgerException;

  /**
   * Reduces a process's grants, at most to zero.
   *
   * @return the standings of the existing balances
   */
  Map<BudgetCycle, Standing> giveBack(
      Connection connection, Holder holder, SortedMap<BudgetCycle, Money> amounts)
      throws SQLException;

  /**
   * Enters records, and moves the cost of new ones from a process's grants to the settled spend.
   *
   * @param charges all budgets and cycles charged
   * @return their standings; empty, with nothing entered, if one has no balance yet
   */
  Optional<Map<BudgetCycle, Standing>> post(
      Connection connection,
      Holder holder,
      Collection<SpendRecord> records,
      SortedSet<BudgetCycle> charges)
      throws SQLException;

  /** The standings of the existing balances. */
  Map<BudgetCycle, Standing> view(
      Connection connection, Holder holder, Collection<BudgetCycle> charges) throws SQLException;

  /**
   * Finds other cycles of the same budgets that overlap the given ones.
   *
   * @return each pair, with the other one's spend
   */
  List<Carried> overlapping(Connection connection, SortedSet<BudgetCycle> charges)
      throws SQLException;

  /** The balances of the same budgets' cycles that contain the moment. */
  List<Balance> running(Connection connection, SortedSet<BudgetCycle> charges, long atMillis)
      throws SQLException;

  /**
   * Creates balances.
   *
   * @return the new ones
   */
  Set<BudgetCycle> open(Connection connection, SortedSet<BudgetCycle> charges) throws SQLException;

  /** Locks the existing balances. */
  Map<BudgetCycle, Locked> lock(Connection connection, SortedSet<BudgetCycle> charges)
      throws SQLException;

  /** Changes the spend of locked balances, which never falls below zero. */
  void charge(Connection connection, SortedMap<BudgetCycle, Charge> charges) throws SQLException;

  /**
   * Enters records.
   *
   * @return the new ones
   */
  Collection<SpendRecord> enter(Connection connection, Collection<SpendRecord> records)
      throws SQLException;
}
