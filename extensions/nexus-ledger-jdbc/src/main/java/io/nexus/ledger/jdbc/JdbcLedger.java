package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Audit;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Repriced;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.ledger.jdbc.Accounts.Holder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/** A ledger in a database, on one connection of its own beside those of its books. */
final class JdbcLedger implements Ledger {

  private final Session session;
  private final JdbcReports books;
  private final List<GatewayLock> locks;

  private JdbcLedger(LedgerSettings settings, List<GatewayLock> locks) {
    this.session = new Session(settings, Dialect.Use.WRITE);
    this.books = new JdbcReports(settings);
    this.locks = locks;
  }

  /** Opens it for a gateway. */
  static JdbcLedger open(LedgerSettings settings) throws LedgerException {
    boolean serves1 = Dialect.of(settings.url()) instanceof Sqlite;
    return opened(settings, serves1 ? List.of(GatewayLock.on(Sqlite.file(settings))) : List.of());
  }

  /** Opens it whatever gateway has it. */
  static JdbcLedger beside(LedgerSettings settings) throws LedgerException {
    return opened(settings, List.of());
  }

  private static JdbcLedger opened(LedgerSettings settings, List<GatewayLock> locks)
      throws LedgerException {
    var ledger = new JdbcLedger(settings, locks);
    try {
      var _ = ledger.now();
      return ledger;
    } catch (LedgerException e) {
      ledger.close();
      throw e;
    }
  }

  private Accounts accounts(Connection connection) {
    return new Accounts(connection, session.dialect());
  }

  @Override
  public Instant now() throws LedgerException {
    return session.lightly(
        "read the clock",
        c -> Instant.ofEpochMilli(Nodes.number(c, "SELECT " + session.dialect().nowMillis())));
  }

  @Override
  public NodeLease join(String node, String incarnation, Duration ttl) throws LedgerException {
    return session.durably(
        "join", c -> new Nodes(c, session.dialect()).join(node, incarnation, ttl.toMillis()));
  }

  @Override
  public int renew(NodeLease membership) throws LedgerException {
    return session.lightly(
        "renew",
        c -> {
          var nodes = new Nodes(c, session.dialect());
          nodes.renew(membership);
          return nodes.living();
        });
  }

  @Override
  public void leave(NodeLease membership) throws LedgerException {
    var _ =
        session.lightly(
            "leave",
            c -> {
              var nodes = new Nodes(c, session.dialect());
              nodes.renew(membership);
              nodes.leave(membership);
              return true;
            });
  }

  @Override
  public List<Standing> draw(NodeLease membership, List<Draw> draws) throws LedgerException {
    var holder = new Holder(membership.node(), membership.incarnation());
    return session.durably(
        "draw",
        c -> {
          new Nodes(c, session.dialect()).renew(membership);
          var granted = new HashMap<Draw, Standing>();
          for (var draw : inLockingOrder(draws)) {
            granted.put(draw, accounts(c).draw(draw, holder));
          }
          return inOrder(draws, granted);
        });
  }

  private static List<Draw> inLockingOrder(List<Draw> draws) {
    return draws.stream().sorted((a, b) -> a.charge().compareTo(b.charge())).toList();
  }

  private static List<Standing> inOrder(List<Draw> draws, Map<Draw, Standing> granted) {
    var positions = new ArrayList<Standing>(draws.size());
    for (var draw : draws) {
      var position = granted.get(draw);
      if (position != null) {
        positions.add(position);
      }
    }
    return positions;
  }

  @Override
  public List<Standing> giveBack(NodeLease membership, Map<BudgetCycle, Money> amounts)
      throws LedgerException {
    var holder = new Holder(membership.node(), membership.incarnation());
    return session.lightly(
        "give back",
        c -> {
          var positions = new ArrayList<Standing>();
          for (var amount : new TreeMap<>(amounts).entrySet()) {
            accounts(c).take(amount.getKey(), holder, amount.getValue().nanos());
            positions.add(accounts(c).position(amount.getKey(), Money.ZERO, holder));
          }
          return positions;
        });
  }

  @Override
  public List<Standing> post(String node, String incarnation, List<SpendRecord> records)
      throws LedgerException {
    var holder = new Holder(node, incarnation);
    return session.lightly("post", c -> post(c, holder, records));
  }

  private List<Standing> post(Connection connection, Holder holder, List<SpendRecord> records)
      throws SQLException {
    var sums = new TreeMap<BudgetCycle, Money>();
    for (var record : new SpendTable(connection).enter(records)) {
      record.charges().forEach(c -> sums.merge(c, record.cost(), Money::plus));
    }
    var accounts = accounts(connection);
    for (var sum : sums.entrySet()) {
      accounts.settle(sum.getKey(), sum.getValue().nanos());
      accounts.take(sum.getKey(), holder, sum.getValue().nanos());
    }
    var touched = new TreeSet<BudgetCycle>();
    records.forEach(record -> touched.addAll(record.charges()));
    var positions = new ArrayList<Standing>(touched.size());
    for (var charge : touched) {
      positions.add(accounts.position(charge, Money.ZERO, holder));
    }
    return positions;
  }

  @Override
  public void forgive(BudgetCycle charge, String id, Instant at) throws LedgerException {
    var _ =
        session.durably(
            "forgive",
            c -> {
              var record = charge.forgiven(id, at, new Money(accounts(c).lockSettled(charge)));
              for (var entered : new SpendTable(c).enter(List.of(record))) {
                accounts(c).settle(charge, entered.cost().nanos());
              }
              return true;
            });
  }

  @Override
  public void release(String node, String incarnation) throws LedgerException {
    var holder = new Holder(node, incarnation);
    var _ =
        session.durably(
            "release",
            c -> {
              for (var grant : accounts(c).grantsOf(holder)) {
                accounts(c).take(grant.charge(), holder, Long.MAX_VALUE);
              }
              return true;
            });
  }

  @Override
  public void forfeit(String node, String incarnation, Instant at) throws LedgerException {
    var holder = new Holder(node, incarnation);
    var _ =
        session.durably(
            "forfeit",
            c -> {
              var lost =
                  accounts(c).grantsOf(holder).stream().map(grant -> grant.forfeited(at)).toList();
              return post(c, holder, lost);
            });
  }

  @Override
  public List<Balance> balances() throws LedgerException {
    return books.balances();
  }

  @Override
  public List<Grant> grants() throws LedgerException {
    return books.grants();
  }

  @Override
  public List<SpendLine> spend(SpendQuery query) throws LedgerException {
    return books.spend(query);
  }

  @Override
  public void records(SpendQuery query, Consumer<SpendRecord> each) throws LedgerException {
    books.records(query, each);
  }

  @Override
  public Audit verify() throws LedgerException {
    return books.verify();
  }

  @Override
  public Repriced reprice(
      SpendQuery query, Function<SpendRecord, Optional<Price>> prices, Instant at)
      throws LedgerException {
    return books.reprice(query, prices, at);
  }

  @Override
  public long prune(Instant before) throws LedgerException {
    return books.prune(before);
  }

  @Override
  public void backup(Path file) throws LedgerException {
    books.backup(file);
  }

  @Override
  public void close() throws LedgerException {
    session.close();
    books.close();
    for (var lock : locks) {
      lock.close();
    }
  }
}
