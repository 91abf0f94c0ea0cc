package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerCounts;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.Balances.Holder;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A ledger in a database, on its own connection besides those of its reports. */
final class JdbcLedger extends JdbcReports implements Ledger {

  private static final Logger LOG = System.getLogger("io.nexus.ledger");

  /** The largest number of budgets in one statement. */
  private static final int SLICE = 4096;

  /** Retries: pruning may delete a balance between its creation and its use, but not repeatedly. */
  private static final int TRIES = 3;

  final Session session;
  private final Balances balances;
  private final JdbcCounts counts;
  private final Upkeep upkeep;

  private JdbcLedger(LedgerSettings settings, Dialect.Use use, Upkeep upkeep) {
    super(settings);
    this.session = new Session(settings, use, upkeep::begin);
    this.balances = session.dialect().balances();
    this.counts = new JdbcCounts(session);
    this.upkeep = upkeep;
  }

  /** Opens it for a gateway. */
  static JdbcLedger open(LedgerSettings settings) throws LedgerException {
    return opened(
        settings,
        Dialect.Use.DRAW,
        Dialect.of(settings.url()) instanceof Sqlite
            ? SqliteLog.of(Sqlite.file(settings), System::nanoTime)
            : Upkeep.NONE);
  }

  /** Opens it beside a running gateway, which maintains its files. */
  static JdbcLedger beside(LedgerSettings settings) throws LedgerException {
    return opened(settings, Dialect.Use.CHANGE, Upkeep.NONE);
  }

  private static JdbcLedger opened(LedgerSettings settings, Dialect.Use use, Upkeep upkeep)
      throws LedgerException {
    var ledger = new JdbcLedger(settings, use, upkeep);
    try {
      var _ = ledger.now();
      var remark = ledger.session.dialect().remark(settings);
      if (!remark.isEmpty()) {
        LOG.log(Level.WARNING, "Ledger: {0}", remark);
      }
      return ledger;
    } catch (LedgerException e) {
      ledger.close();
      throw e;
    }
  }

  private Nodes nodes(Connection connection) {
    return new Nodes(connection, session.dialect());
  }

  @Override
  public boolean isShared() {
    return session.dialect().isShared();
  }

  @Override
  public Instant now() throws LedgerException {
    return session.alone(
        "read the clock",
        false,
        c -> Instant.ofEpochMilli(Nodes.number(c, "SELECT " + session.dialect().nowMillis())));
  }

  @Override
  public NodeLease join(String node, String incarnation, Duration ttl) throws LedgerException {
    return session.alone("join", true, c -> nodes(c).join(node, incarnation, ttl.toMillis()));
  }

  @Override
  public NodeLease joinAgain(NodeLease lease) throws LedgerException {
    return session.alone("join again", false, c -> nodes(c).joinAgain(lease));
  }

  @Override
  public int renew(NodeLease lease) throws LedgerException {
    return session.alone("renew", false, c -> nodes(c).renewAndCount(lease));
  }

  @Override
  public void leave(NodeLease lease) throws LedgerException {
    var _ =
        session.alone(
            "leave",
            false,
            c -> {
              nodes(c).leave(lease);
              return true;
            });
  }

  /** Uses the gateway's own connection, so that a start needs no other one. */
  @Override
  public List<Grant> grants() throws LedgerException {
    return session.alone("read grants", false, c -> table(c).grants());
  }

  @Override
  public Money stranded() throws LedgerException {
    return session.alone("add up what is stranded", false, c -> table(c).stranded());
  }

  @Override
  public List<Balance> begin(Collection<BudgetCycle> cycles, Instant at) throws LedgerException {
    return session.durably(
        "begin cycles", c -> changes(c).begin(new TreeSet<>(cycles), at.toEpochMilli()));
  }

  @Override
  public List<Balance> running(Instant at) throws LedgerException {
    return session.alone("read balances", false, c -> table(c).running(at.toEpochMilli()));
  }

  @Override
  public List<Standing> draw(NodeLease lease, List<Draw> draws) throws LedgerException {
    var wishes = new TreeMap<BudgetCycle, Draw>();
    draws.forEach(draw -> wishes.put(draw.charge(), draw));
    var standings = new HashMap<BudgetCycle, Standing>();
    for (var slice : slices(wishes)) {
      standings.putAll(drawSlice(lease, slice));
      var missing = new TreeMap<>(slice);
      missing.keySet().removeAll(standings.keySet());
      if (!missing.isEmpty()) {
        openBalances(missing.keySet());
        standings.putAll(drawSlice(lease, missing));
      }
    }
    return inOrder(draws.stream().map(Draw::charge).toList(), standings);
  }

  private Map<BudgetCycle, Standing> drawSlice(NodeLease lease, SortedMap<BudgetCycle, Draw> draws)
      throws LedgerException {
    return session.alone("draw", true, c -> balances.draw(c, lease, draws));
  }

  private void openBalances(Collection<BudgetCycle> charges) throws LedgerException {
    var _ =
        session.durably(
            "begin a cycle",
            c -> {
              changes(c).open(new TreeSet<>(charges));
              return true;
            });
  }

  /** Zero amounts only read standings, without locks. */
  @Override
  public List<Standing> giveBack(NodeLease lease, Map<BudgetCycle, Money> amounts)
      throws LedgerException {
    var holder = Holder.of(lease);
    var returned = new TreeMap<>(amounts);
    returned.values().removeIf(Money::isZero);
    var seen = new TreeMap<>(amounts);
    seen.keySet().removeAll(returned.keySet());
    var standings = new HashMap<BudgetCycle, Standing>();
    for (var slice : slices(returned)) {
      standings.putAll(session.alone("give back", false, c -> balances.giveBack(c, holder, slice)));
    }
    for (var slice : slices(seen)) {
      standings.putAll(
          session.alone("look at budgets", false, c -> balances.view(c, holder, slice.keySet())));
    }
    return inOrder(amounts.keySet(), standings);
  }

  private static <T> List<SortedMap<BudgetCycle, T>> slices(SortedMap<BudgetCycle, T> whole) {
    if (whole.size() <= SLICE) {
      return whole.isEmpty() ? List.of() : List.of(whole);
    }
    var slices = new ArrayList<SortedMap<BudgetCycle, T>>();
    var slice = new TreeMap<BudgetCycle, T>();
    for (var entry : whole.entrySet()) {
      slice.put(entry.getKey(), entry.getValue());
      if (slice.size() == SLICE) {
        slices.add(slice);
        slice = new TreeMap<>();
      }
    }
    slices.add(slice);
    return slices;
  }

  /** A missing balance counts as zero. */
  private static List<Standing> inOrder(
      Collection<BudgetCycle> charges, Map<BudgetCycle, Standing> standings) {
    return charges.stream()
        .map(
            charge -> {
              var standing = standings.get(charge);
              return standing == null
                  ? new Standing(charge, Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO)
                  : standing;
            })
        .toList();
  }

  @Override
  public List<Standing> post(String node, String incarnation, List<SpendRecord> records)
      throws LedgerException {
    var holder = new Holder(node, incarnation);
    var charges = new TreeSet<BudgetCycle>();
    records.forEach(record -> charges.addAll(record.charges()));
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<Map<BudgetCycle, Standing>> standings =
          session.alone("post", false, c -> balances.post(c, holder, records, charges));
      if (standings.isPresent()) {
        session.outside("move the log", upkeep::tend);
        return inOrder(charges, standings.get());
      }
      openBalances(charges);
    }
    throw new LedgerException(
        Kind.FAILED,
        "ledger: post: "
            + settings.shownUrl()
            + ": another program removes balances as fast as they are made: end it");
  }

  @Override
  public void forgive(BudgetCycle charge, String id, Instant at) throws LedgerException {
    var _ =
        session.durably(
            "forgive",
            c -> {
              changes(c).forgive(charge, id, at);
              return true;
            });
  }

  @Override
  public List<Setting> settingsSince(long version) throws LedgerException {
    return session.alone("read settings", false, c -> settings(c).since(version));
  }

  @Override
  public SettingOutcome change(SettingEdit edit) throws LedgerException {
    return session.durably("keep a change", c -> settings(c).change(edit));
  }

  @Override
  public LedgerCounts counts() {
    return counts;
  }

  @Override
  public void release(String node, String incarnation) throws LedgerException {
    var all = new HashMap<BudgetCycle, Money>();
    grantsOf(node, incarnation).forEach(grant -> all.put(grant.charge(), Money.MOST));
    var _ = giveBack(new NodeLease(node, incarnation, 0), all);
  }

  @Override
  public void forfeit(String node, String incarnation, Instant at) throws LedgerException {
    var lost = grantsOf(node, incarnation).stream().map(grant -> grant.forfeited(at)).toList();
    var _ = post(node, incarnation, lost);
  }

  private List<Grant> grantsOf(String node, String incarnation) throws LedgerException {
    var holder = new Holder(node, incarnation);
    return session.alone("read grants", false, c -> table(c).grantsOf(holder));
  }

  @Override
  public void close() throws LedgerException {
    super.close();
    try {
      session.outside("complete the file", upkeep::end);
    } finally {
      session.close();
      upkeep.close();
    }
  }
}
