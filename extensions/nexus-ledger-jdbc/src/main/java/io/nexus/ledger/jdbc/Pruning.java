package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.money.Money;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Deletes old records in slices, one transaction each, so that no gateway waits for long.
 *
 * <p>The id of a deleted record is kept while a balance that it was charged to exists: a gateway
 * may still have it in its journal, and post it again years later. A balance is kept while it has
 * records, so that it always equals their sum.
 */
final class Pruning {

  private static final int SLICE = 2000;

  private final Connection connection;
  private final Dialect dialect;
  private final long end;

  /** Deletes data from before an end, within the current transaction. */
  Pruning(Connection connection, Dialect dialect, long end) {
    this.connection = connection;
    this.dialect = dialect;
    this.end = end;
  }

  /**
   * Deletes a slice. The entry of records is locked meanwhile: a post that began before would see
   * neither the record nor its id.
   *
   * @return how many records
   */
  long slice() throws SQLException {
    dialect.lockRecords(connection);
    long sliceEnd = SpendReport.sliceEnd(connection, SLICE, end);
    var known = new TreeSet<String>();
    var sums = new TreeMap<BudgetCycle, Money>();
    long records =
        SpendReport.perCharge(
            connection,
            sliceEnd,
            (charges, sum) -> {
              var cycles = SpendTable.charges(charges);
              cycles.forEach(c -> sums.merge(c, sum, Money::saturatedPlus));
              if (lastEnd(cycles) > end) {
                known.add(charges);
              }
            });
    remember(known, sliceEnd);
    addToBalances(sums);
    new SumTable(connection).takeOff(sliceEnd);
    delete("DELETE FROM nexus_spend WHERE at < ?", sliceEnd);
    return records;
  }

  private static long lastEnd(Iterable<BudgetCycle> cycles) {
    long last = 0;
    for (var cycle : cycles) {
      last = Math.max(last, cycle.cycle().endMillis());
    }
    return last;
  }

  private void remember(Iterable<String> chargesOfRecords, long sliceEnd) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO nexus_pruned (at, request_id, attempt, revision, until)"
                + " SELECT at, request_id, attempt, revision, ? FROM nexus_spend"
                + " WHERE at < ? AND charges = ? ON CONFLICT DO NOTHING")) {
      for (var charges : chargesOfRecords) {
        insert.setLong(1, lastEnd(SpendTable.charges(charges)));
        insert.setLong(2, sliceEnd);
        insert.setString(3, charges);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void addToBalances(SortedMap<BudgetCycle, Money> sums) throws SQLException {
    try (var update =
        connection.prepareStatement(
            "UPDATE nexus_balance SET pruned = CASE WHEN pruned > ? THEN "
                + Long.MAX_VALUE
                + " ELSE pruned + ? END WHERE budget = ? AND cycle_start = ? AND cycle_end = ?")) {
      for (var sum : sums.entrySet()) {
        long nanos = sum.getValue().nanos();
        update.setLong(1, nanos > 0 ? Long.MAX_VALUE - nanos : Long.MAX_VALUE);
        update.setLong(2, nanos);
        update.setString(3, sum.getKey().budget());
        update.setLong(4, sum.getKey().cycle().start().toEpochMilli());
        update.setLong(5, sum.getKey().cycle().endMillis());
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  /** Deletes ended cycles and nodes, after all slices. */
  void ended() throws SQLException {
    delete("DELETE FROM nexus_balance WHERE cycle_end <= ? AND last_at < ?", end, end);
    delete(
        "DELETE FROM nexus_grant WHERE cycle_end <= ? AND NOT EXISTS ("
            + "SELECT 1 FROM nexus_balance b WHERE b.budget = nexus_grant.budget"
            + " AND b.cycle_start = nexus_grant.cycle_start"
            + " AND b.cycle_end = nexus_grant.cycle_end)",
        end);
    delete("DELETE FROM nexus_pruned WHERE until <= ?", end);
    // A node with a running lease is alive, however long ago it renewed.
    delete("DELETE FROM nexus_node WHERE renewed + ttl < ?", end);
  }

  private void delete(String sql, long... before) throws SQLException {
    try (var delete = connection.prepareStatement(sql)) {
      for (int i = 0; i < before.length; i++) {
        delete.setLong(i + 1, before[i]);
      }
      delete.execute();
    }
  }
}
