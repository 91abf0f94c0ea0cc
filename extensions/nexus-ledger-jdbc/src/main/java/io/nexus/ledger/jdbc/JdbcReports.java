package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Audit;
import io.nexus.control.ledger.Audit.Difference;
import io.nexus.control.ledger.Audit.Figure;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.Repriced;
import io.nexus.control.ledger.Repricing;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** The books of a database, on one connection for reports and one for what changes records. */
final class JdbcReports implements LedgerReports {

  private static final int PAGE = 2000;

  private final LedgerSettings settings;
  private final Session reports;
  private final Session changes;

  JdbcReports(LedgerSettings settings) {
    this.settings = settings;
    this.reports = new Session(settings, Dialect.Use.READ);
    this.changes = new Session(settings, Dialect.Use.WRITE);
  }

  /** Finds out whether there is such a ledger. */
  void check() throws LedgerException {
    var _ = reports.lightly("open", Schema::version);
  }

  @Override
  public List<Balance> balances() throws LedgerException {
    return reports.lightly("read balances", c -> accounts(c).balances());
  }

  @Override
  public List<Grant> grants() throws LedgerException {
    return reports.lightly("read grants", c -> accounts(c).grants());
  }

  private Accounts accounts(Connection connection) {
    return new Accounts(connection, reports.dialect());
  }

  @Override
  public List<SpendLine> spend(SpendQuery query) throws LedgerException {
    return reports.lightly("read spend", c -> SpendReport.lines(c, query));
  }

  @Override
  public void records(SpendQuery query, Consumer<SpendRecord> each) throws LedgerException {
    List<SpendRecord> page = List.of();
    do {
      var before = page;
      page = reports.lightly("read records", c -> new SpendTable(c).page(query, before, PAGE));
      page.forEach(each);
    } while (page.size() == PAGE);
  }

  @Override
  public Audit verify() throws LedgerException {
    return reports.lightly("verify", this::verify);
  }

  private Audit verify(Connection connection) throws SQLException {
    var settled = new HashMap<BudgetCycle, Money>();
    long records = SpendReport.perCharge(connection, Long.MAX_VALUE, settled);
    SpendReport.pruned(connection)
        .forEach((charge, sum) -> settled.merge(charge, sum, Money::plus));
    var granted = new HashMap<BudgetCycle, Money>();
    for (var grant : accounts(connection).grants()) {
      granted.merge(grant.charge(), grant.amount(), Money::plus);
    }
    var balances = accounts(connection).balances();
    var differences = new ArrayList<Difference>();
    for (var balance : balances) {
      compare(balance, Figure.SETTLED, balance.settled(), settled, differences);
      compare(balance, Figure.OUTSTANDING, balance.outstanding(), granted, differences);
    }
    return new Audit(records, balances.size(), differences);
  }

  private static void compare(
      Balance balance,
      Figure figure,
      Money stated,
      Map<BudgetCycle, Money> entries,
      List<Difference> differences) {
    var sum = entries.getOrDefault(balance.charge(), Money.ZERO);
    if (!sum.equals(stated)) {
      differences.add(new Difference(balance.charge(), figure, stated, sum));
    }
  }

  @Override
  public Repriced reprice(
      SpendQuery query, Function<SpendRecord, Optional<Price>> prices, Instant at)
      throws LedgerException {
    var total = new Repriced(0, 0, Money.ZERO);
    List<SpendRecord> page = List.of();
    do {
      var before = page;
      page = reports.lightly("read records", c -> new SpendTable(c).page(query, before, PAGE));
      var records = page;
      var part = changes.durably("enter corrections", c -> correct(c, records, prices, at));
      total =
          new Repriced(
              total.examined() + part.examined(),
              total.corrected() + part.corrected(),
              total.difference().plus(part.difference()));
    } while (page.size() == PAGE);
    return total;
  }

  private Repriced correct(
      Connection connection,
      List<SpendRecord> records,
      Function<SpendRecord, Optional<Price>> prices,
      Instant at)
      throws SQLException {
    var repricing = new Repricing(prices, at);
    SpendReport.corrections(connection, records, repricing);
    var corrections =
        records.stream().flatMap(record -> repricing.correction(record).stream()).toList();
    var sums = new TreeMap<BudgetCycle, Money>();
    for (var correction : new SpendTable(connection).enter(corrections)) {
      correction.charges().forEach(c -> sums.merge(c, correction.cost(), Money::plus));
    }
    for (var sum : sums.entrySet()) {
      accounts(connection).settle(sum.getKey(), sum.getValue().nanos());
    }
    return repricing.result();
  }

  /** In slices, so that no gateway waits for long to draw or to post. */
  @Override
  public long prune(Instant before) throws LedgerException {
    long end = before.toEpochMilli();
    long records = 0;
    long slice;
    do {
      slice = changes.lightly("prune", c -> pruneSlice(c, end));
      records += slice;
    } while (slice > 0);
    int _ = changes.lightly("prune", c -> pruneEnded(c, end));
    return records;
  }

  /** Gateways may prune at the same time: each record is to be added to its balance once. */
  private long pruneSlice(Connection connection, long end) throws SQLException {
    reports.dialect().lockSchema(connection);
    long sliceEnd = SpendReport.sliceEnd(connection, PAGE, end);
    var sums = new TreeMap<BudgetCycle, Money>();
    long records = SpendReport.perCharge(connection, sliceEnd, sums);
    for (var sum : sums.entrySet()) {
      accounts(connection).prune(sum.getKey(), sum.getValue().nanos());
    }
    int _ = delete(connection, "DELETE FROM nexus_spend WHERE at < ?", sliceEnd);
    return records;
  }

  private static int pruneEnded(Connection connection, long end) throws SQLException {
    return delete(connection, "DELETE FROM nexus_balance WHERE cycle_end <= ?", end)
        + delete(connection, "DELETE FROM nexus_grant WHERE cycle_end <= ?", end)
        + delete(connection, "DELETE FROM nexus_node WHERE renewed < ?", end);
  }

  private static int delete(Connection connection, String sql, long before) throws SQLException {
    try (var delete = connection.prepareStatement(sql)) {
      delete.setLong(1, before);
      return delete.executeUpdate();
    }
  }

  @Override
  public void backup(Path file) throws LedgerException {
    try {
      reports.dialect().backup(settings, file);
    } catch (SQLException e) {
      throw reports.failure("backup to " + file, e);
    }
  }

  @Override
  public void close() {
    reports.close();
    changes.close();
  }
}
