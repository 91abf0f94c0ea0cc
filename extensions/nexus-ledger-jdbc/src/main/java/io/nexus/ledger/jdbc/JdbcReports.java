package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Audit;
import io.nexus.control.ledger.Audit.Difference;
import io.nexus.control.ledger.Audit.Figure;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Carried;
import io.nexus.control.ledger.Corrected;
import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.KeptAnswer;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.PendingAnswer;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingChange;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.SpendSlice;
import io.nexus.control.ledger.SpendStep;
import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The report side of a ledger: one connection for reports, and one for changes of records. Each is
 * opened on demand.
 */
class JdbcReports implements LedgerReports {

  private static final int PAGE = 2000;

  final LedgerSettings settings;
  private final Session reports;
  private final Session changes;

  JdbcReports(LedgerSettings settings) {
    this.settings = settings;
    this.reports = new Session(settings, Dialect.Use.REPORT);
    this.changes = new Session(settings, Dialect.Use.CHANGE);
  }

  /** Checks that the ledger exists. */
  void check() throws LedgerException {
    var _ = reports.lightly("open", Schema::version);
  }

  @Override
  public List<Balance> balances() throws LedgerException {
    return reports.lightly("read balances", c -> table(c).balances());
  }

  @Override
  public void keep(List<KeptAnswer> answers) throws LedgerException {
    change("keep answers", c -> new AnswerTable(c).keep(answers));
  }

  @Override
  public Optional<KeptAnswer> kept(String id) throws LedgerException {
    return reports.lightly("find an answer", c -> new AnswerTable(c).find(id));
  }

  @Override
  public void forget(String id) throws LedgerException {
    change("forget an answer", c -> new AnswerTable(c).forget(id));
  }

  @Override
  public void begun(PendingAnswer answer) throws LedgerException {
    change("note an answer that is being made", c -> new PendingTable(c).add(answer));
  }

  @Override
  public List<PendingAnswer> unfinished(String node) throws LedgerException {
    return reports.lightly("find what is being made", c -> new PendingTable(c).of(node));
  }

  @Override
  public void finished(RecordId attempt) throws LedgerException {
    change("forget an answer that was being made", c -> new PendingTable(c).remove(attempt));
  }

  @Override
  public List<Grant> grants() throws LedgerException {
    return reports.lightly("read grants", c -> table(c).grants());
  }

  private void change(String what, Change change) throws LedgerException {
    var _ =
        changes.lightly(
            what,
            c -> {
              change.make(c);
              return what;
            });
  }

  /** A change without a result. */
  @FunctionalInterface
  private interface Change {
    void make(Connection connection) throws SQLException;
  }

  final BalanceTable table(Connection connection) {
    return new BalanceTable(connection, reports.dialect());
  }

  final BalanceChanges changes(Connection connection) {
    return new BalanceChanges(connection, reports.dialect());
  }

  @Override
  public List<SpendLine> spend(SpendQuery query) throws LedgerException {
    return reports.lightly("read spend", c -> SpendReport.lines(c, query));
  }

  @Override
  public List<SpendSlice> slices(SpendQuery query, SpendStep step) throws LedgerException {
    return reports.lightly("read spend", c -> SpendReport.slices(c, query, step));
  }

  @Override
  public List<SpendRecord> latest(SpendQuery query, List<SpendRecord.Place> before, int max)
      throws LedgerException {
    return reports.lightly("read records", c -> new SpendTable(c).latest(query, before, max));
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
    var settled = new HashMap<>(SpendReport.removed(connection));
    long records =
        SpendReport.perCharge(
            connection,
            Long.MAX_VALUE,
            (charges, sum) ->
                SpendTable.charges(charges)
                    .forEach(charge -> settled.merge(charge, sum, Money::saturatedPlus)));
    var granted = new HashMap<BudgetCycle, Money>();
    for (var grant : table(connection).grants()) {
      granted.merge(grant.charge(), grant.amount(), Money::saturatedPlus);
    }
    var balances = table(connection).balances();
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
  public Corrected correct(SpendQuery query, Due.Rule rule, Instant at) throws LedgerException {
    var total = Corrected.NOTHING;
    List<SpendRecord> page = List.of();
    do {
      var before = page;
      page = reports.lightly("read records", c -> new SpendTable(c).page(query, before, PAGE));
      var records = page;
      total =
          total.plus(
              changes.durably("enter corrections", c -> changes(c).correct(records, rule, at)));
    } while (page.size() == PAGE);
    return total;
  }

  @Override
  public List<Carried> carryable(String budget, BudgetCycle to) throws LedgerException {
    return changes.lightly("look at spend to carry", c -> changes(c).carryable(budget, to));
  }

  @Override
  public List<Carried> carry(String budget, BudgetCycle to, Instant at) throws LedgerException {
    return changes.durably(
        "carry spend",
        c -> {
          changes(c).open(new TreeSet<>(List.of(to)));
          return changes(c).carry(changes(c).carryable(budget, to), at);
        });
  }

  @Override
  public List<SettingChange> settingChanges(long before, int max) throws LedgerException {
    return reports.lightly("read changes", c -> settings(c).changes(before, max));
  }

  @Override
  public List<Setting> settings(String kind) throws LedgerException {
    return reports.lightly(
        "read settings",
        c ->
            settings(c).since(0).stream()
                .filter(setting -> setting.kind().equals(kind) && !setting.isRemoved())
                .toList());
  }

  final SettingTable settings(Connection connection) {
    return new SettingTable(connection, reports.dialect());
  }

  @Override
  public long prune(Instant before) throws LedgerException {
    long end = before.toEpochMilli();
    long records = 0;
    long slice;
    do {
      slice = changes.lightly("prune", c -> new Pruning(c, changes.dialect(), end).slice());
      records += slice;
    } while (slice > 0);
    return records
        + changes.lightly(
            "prune",
            c -> {
              new Pruning(c, changes.dialect(), end).ended();
              return 0;
            });
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
  public void close() throws LedgerException {
    reports.close();
    changes.close();
  }
}
