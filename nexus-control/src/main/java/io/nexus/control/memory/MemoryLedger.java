package io.nexus.control.memory;

import io.nexus.control.ledger.Audit;
import io.nexus.control.ledger.Audit.Difference;
import io.nexus.control.ledger.Audit.Figure;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.Repriced;
import io.nexus.control.ledger.Repricing;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.SpendSums;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A ledger in memory. It keeps all balances and a bounded number of records, the last ones.
 *
 * <p>Safe for any number of threads.
 */
public final class MemoryLedger implements Ledger {

  private final InstantSource clock;
  private final int recordsKept;
  private final Map<String, Node> nodes = new HashMap<>();
  private final TreeMap<BudgetCycle, Account> accounts = new TreeMap<>();
  private final RecordStore records = new RecordStore();

  /**
   * An empty ledger.
   *
   * @param clock its clock
   * @param recordsKept when there are more, the oldest go
   */
  public MemoryLedger(InstantSource clock, int recordsKept) {
    this.clock = clock;
    this.recordsKept = recordsKept;
  }

  private record Node(NodeLease membership, Instant renewed, Duration ttl) {
    boolean lives(Instant now) {
      return renewed.plus(ttl).isAfter(now);
    }
  }

  private record Holder(String node, String incarnation) {}

  private static final class Account {
    Money limit = Money.ZERO;
    Money settled = Money.ZERO;
    Money pruned = Money.ZERO;
    final Map<Holder, Money> grants = new LinkedHashMap<>();

    Money outstanding() {
      return grants.values().stream().reduce(Money.ZERO, Money::plus);
    }

    Money of(Holder holder) {
      return grants.getOrDefault(holder, Money.ZERO);
    }

    void grant(Holder holder, Money more) {
      var amount = of(holder).plus(more);
      if (amount.nanos() > 0) {
        grants.put(holder, amount);
      } else {
        grants.remove(holder);
      }
    }

    Standing position(BudgetCycle charge, Money granted, Holder holder) {
      return new Standing(charge, granted, settled, outstanding(), of(holder));
    }
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public synchronized NodeLease join(String node, String incarnation, Duration ttl) {
    var former = nodes.get(node);
    long epoch = former == null ? 1 : former.membership().epoch() + 1;
    var membership = new NodeLease(node, incarnation, epoch);
    nodes.put(node, new Node(membership, now(), ttl));
    return membership;
  }

  @Override
  public synchronized int renew(NodeLease membership) throws LedgerException {
    var node = nodes.get(membership.node());
    if (node == null || !node.membership().equals(membership)) {
      throw fenced(membership.node());
    }
    var now = now();
    nodes.put(membership.node(), new Node(membership, now, node.ttl()));
    return (int) nodes.values().stream().filter(n -> n.lives(now)).count();
  }

  private static LedgerException fenced(String node) {
    return new LedgerException(
        Kind.FENCED,
        "ledger: another process has joined as node '"
            + node
            + "': give each gateway its own [ledger] node");
  }

  @Override
  public synchronized void leave(NodeLease membership) throws LedgerException {
    renew(membership);
    nodes.remove(membership.node());
  }

  @Override
  public synchronized List<Standing> draw(NodeLease membership, List<Draw> draws)
      throws LedgerException {
    renew(membership);
    var holder = new Holder(membership.node(), membership.incarnation());
    var positions = new ArrayList<Standing>();
    for (var draw : draws) {
      var account = account(draw.charge());
      account.limit = draw.limit();
      var granted = draw.of(draw.limit().minus(account.settled).minus(account.outstanding()));
      account.grant(holder, granted);
      positions.add(account.position(draw.charge(), granted, holder));
    }
    return positions;
  }

  @Override
  public synchronized List<Standing> giveBack(
      NodeLease membership, Map<BudgetCycle, Money> amounts) {
    var holder = new Holder(membership.node(), membership.incarnation());
    return amounts.entrySet().stream()
        .map(
            entry -> {
              var account = account(entry.getKey());
              account.grant(holder, Money.ZERO.minus(entry.getValue()));
              return account.position(entry.getKey(), Money.ZERO, holder);
            })
        .toList();
  }

  @Override
  public synchronized List<Standing> post(
      String node, String incarnation, List<SpendRecord> batch) {
    var holder = new Holder(node, incarnation);
    var touched = new TreeSet<BudgetCycle>();
    for (var record : batch) {
      touched.addAll(record.charges());
      if (records.add(record)) {
        record.charges().forEach(charge -> settle(charge, record.cost(), holder));
      }
    }
    while (records.size() > recordsKept) {
      forget(records.removeFirst());
    }
    return touched.stream()
        .map(charge -> account(charge).position(charge, Money.ZERO, holder))
        .toList();
  }

  private void settle(BudgetCycle charge, Money cost, Holder holder) {
    var account = account(charge);
    account.settled = account.settled.plus(cost);
    if (cost.nanos() > 0) {
      account.grant(holder, Money.ZERO.minus(cost));
    }
  }

  private void forget(SpendRecord record) {
    for (var charge : record.charges()) {
      var account = account(charge);
      account.pruned = account.pruned.plus(record.cost());
    }
  }

  @Override
  public synchronized void forgive(BudgetCycle charge, String id, Instant at) {
    var record = charge.forgiven(id, at, account(charge).settled);
    if (!records.contains(record.attempt())) {
      var _ = post("", "", List.of(record));
    }
  }

  private Account account(BudgetCycle charge) {
    return accounts.computeIfAbsent(charge, _ -> new Account());
  }

  @Override
  public synchronized void release(String node, String incarnation) {
    accounts.values().forEach(account -> account.grants.remove(new Holder(node, incarnation)));
  }

  @Override
  public synchronized void forfeit(String node, String incarnation, Instant at) {
    var lost = new ArrayList<SpendRecord>();
    for (var grant : grants()) {
      if (grant.node().equals(node) && grant.incarnation().equals(incarnation)) {
        lost.add(grant.forfeited(at));
      }
    }
    var _ = post(node, incarnation, lost);
  }

  @Override
  public synchronized List<Balance> balances() {
    return accounts.entrySet().stream()
        .map(
            e ->
                new Balance(
                    e.getKey(),
                    e.getValue().limit,
                    e.getValue().settled,
                    e.getValue().outstanding()))
        .toList();
  }

  @Override
  public synchronized List<Grant> grants() {
    var now = now();
    var grants = new ArrayList<Grant>();
    accounts.forEach(
        (charge, account) ->
            account.grants.forEach(
                (holder, amount) -> {
                  var node = nodes.get(holder.node());
                  boolean lives =
                      node != null
                          && node.lives(now)
                          && node.membership().incarnation().equals(holder.incarnation());
                  grants.add(
                      new Grant(charge, holder.node(), holder.incarnation(), amount, !lives));
                }));
    return grants;
  }

  @Override
  public synchronized List<SpendLine> spend(SpendQuery query) {
    var sums = new SpendSums(query);
    records(query, sums::add);
    return sums.lines();
  }

  @Override
  public synchronized void records(SpendQuery query, Consumer<SpendRecord> each) {
    var covered = new ArrayList<SpendRecord>();
    records.forEach(
        record -> {
          if (query.covers(record)) {
            covered.add(record);
          }
        });
    covered.sort(SpendRecord.IN_TIME);
    covered.forEach(each);
  }

  @Override
  public synchronized Audit verify() {
    var sums = new HashMap<BudgetCycle, Money>();
    accounts.forEach((charge, account) -> sums.put(charge, account.pruned));
    records.forEach(
        record ->
            record.charges().forEach(charge -> sums.merge(charge, record.cost(), Money::plus)));
    var differences = new ArrayList<Difference>();
    accounts.forEach(
        (charge, account) -> {
          var sum = sums.getOrDefault(charge, Money.ZERO);
          if (!sum.equals(account.settled)) {
            differences.add(new Difference(charge, Figure.SETTLED, account.settled, sum));
          }
        });
    return new Audit(records.size(), accounts.size(), differences);
  }

  @Override
  public synchronized Repriced reprice(
      SpendQuery query, Function<SpendRecord, Optional<Price>> prices, Instant at) {
    var repricing = new Repricing(prices, at);
    var examined = new HashSet<RecordId>();
    records(query, record -> examined.add(record.attempt()));
    records.forEach(repricing::charged);
    var corrections = new ArrayList<SpendRecord>();
    records.forEach(
        record -> {
          if (examined.contains(record.attempt())) {
            repricing.correction(record).ifPresent(corrections::add);
          }
        });
    var _ = post("", "", corrections);
    return repricing.result();
  }

  @Override
  public synchronized long prune(Instant before) {
    var old = records.removeIf(record -> record.at().isBefore(before));
    old.forEach(this::forget);
    accounts.keySet().removeIf(charge -> charge.cycle().endMillis() <= before.toEpochMilli());
    return old.size();
  }

  @Override
  public void backup(Path file) throws LedgerException {
    throw new LedgerException(
        Kind.ADDRESS,
        "ledger backup: \"memory\": there is nothing on disk to copy: set [ledger] url to a"
            + " database");
  }

  /** Keeps what it has: closing lets go of nothing. */
  @Override
  public void close() {}
}
