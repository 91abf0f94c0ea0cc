package io.nexus.control.memory;

import io.nexus.control.journal.RecordCodec;
import io.nexus.control.journal.RecordCodec.Charged;
import io.nexus.control.ledger.Audit;
import io.nexus.control.ledger.Audit.Difference;
import io.nexus.control.ledger.Audit.Figure;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Carried;
import io.nexus.control.ledger.Corrected;
import io.nexus.control.ledger.Corrections;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.LedgerCounts;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.SpendSums;
import io.nexus.control.ledger.Standing;
import io.nexus.control.memory.MemoryAccount.Holder;
import io.nexus.control.money.Money;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A ledger in memory. It keeps all balances and the most recent records, up to a bound.
 *
 * <p>Safe for any number of threads.
 */
public final class MemoryLedger extends MemorySettings {

  private final InstantSource clock;
  private final int recordsKept;
  private final MemoryNodes nodes = new MemoryNodes(this::now);
  private final TreeMap<BudgetCycle, MemoryAccount> accounts = new TreeMap<>();
  private final PackedRecords records = new PackedRecords();
  private final MemoryCounts counts = new MemoryCounts(this::holderLives, this::now, this::renew);

  /**
   * An empty ledger.
   *
   * @param clock its clock
   * @param recordsKept the largest number of records kept; beyond it the oldest are dropped
   */
  public MemoryLedger(InstantSource clock, int recordsKept) {
    this.clock = clock;
    this.recordsKept = recordsKept;
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public synchronized NodeLease join(String node, String incarnation, Duration ttl) {
    return nodes.join(node, incarnation, ttl);
  }

  @Override
  public synchronized NodeLease joinAgain(NodeLease membership) throws LedgerException {
    return nodes.joinAgain(membership);
  }

  @Override
  public synchronized int renew(NodeLease membership) throws LedgerException {
    return nodes.renew(membership);
  }

  @Override
  public synchronized List<Balance> begin(Collection<BudgetCycle> cycles, Instant at) {
    var taken = new HashSet<String>();
    accounts.keySet().stream()
        .filter(charge -> charge.cycle().contains(at))
        .forEach(charge -> taken.add(charge.budget()));
    cycles.stream().filter(cycle -> !taken.contains(cycle.budget())).forEach(this::account);
    taken.clear();
    cycles.forEach(cycle -> taken.add(cycle.budget()));
    return running(at, taken::contains);
  }

  @Override
  public synchronized List<Balance> running(Instant at) {
    return running(at, budget -> budget.indexOf('/') < 0);
  }

  private List<Balance> running(Instant at, Predicate<String> budgets) {
    return balances().stream()
        .filter(balance -> balance.charge().cycle().contains(at))
        .filter(balance -> budgets.test(balance.charge().budget()))
        .toList();
  }

  private synchronized boolean holderLives(Holder holder) {
    return nodes.holds(holder);
  }

  @Override
  public LedgerCounts counts() {
    return counts;
  }

  private Standing standing(BudgetCycle charge, Money granted, Holder holder) {
    var account = account(charge);
    boolean limited = nodes.limits(account);
    return new Standing(
        charge,
        granted,
        account.settled(),
        account.outstanding(),
        account.of(holder),
        limited ? account.limit : Money.MOST,
        limited ? account.limitNode : "");
  }

  @Override
  public synchronized void leave(NodeLease membership) throws LedgerException {
    nodes.leave(membership);
  }

  @Override
  public synchronized List<Standing> draw(NodeLease membership, List<Draw> draws)
      throws LedgerException {
    renew(membership);
    var holder = new Holder(membership.node(), membership.incarnation());
    var standings = new ArrayList<Standing>();
    for (var draw : draws) {
      var account = account(draw.charge());
      boolean another = !account.limitNode.equals(holder.node()) && nodes.limits(account);
      if (!another || draw.limit().compareTo(account.limit) < 0) {
        account.limit(draw.limit(), membership);
      }
      var granted = draw.of(account.free());
      account.grant(holder, granted);
      standings.add(standing(draw.charge(), granted, holder));
    }
    return standings;
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
              return standing(entry.getKey(), Money.ZERO, holder);
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
      enter(record, holder);
    }
    return touched.stream().map(charge -> standing(charge, Money.ZERO, holder)).toList();
  }

  /** Enters a record once, for the only process. */
  synchronized void enter(SpendRecord record) {
    enter(record, Holder.NOBODY);
  }

  private void enter(SpendRecord record, Holder holder) {
    if (!records.add(record)) {
      return;
    }
    for (var charge : record.charges()) {
      settle(charge, record, holder);
    }
    while (records.size() > recordsKept) {
      forget(charged(records.removeFirst()));
    }
  }

  private void settle(BudgetCycle charge, SpendRecord record, Holder holder) {
    var account = account(charge);
    account.charge(record.cost(), record.at(), record.at());
    if (record.cost().nanos() > 0) {
      account.grant(holder, Money.ZERO.minus(record.cost()));
    }
  }

  private static Charged charged(byte[] record) {
    try {
      return RecordCodec.charged(record);
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
  }

  private void forget(Charged record) {
    for (var charge : record.charges()) {
      account(charge).prune(record.cost());
    }
  }

  @Override
  public synchronized void forgive(BudgetCycle charge, String id, Instant at) {
    var account = account(charge);
    var since = spentAfter(charge, at);
    var spent = new Money(Math.max(0, account.settled().minus(since).nanos()));
    var record = charge.forgiven(id, at, spent);
    if (records.add(record)) {
      account.forgive(spent, at);
    }
  }

  private Money spentAfter(BudgetCycle charge, Instant at) {
    var sums = new HashMap<BudgetCycle, Money>();
    records.forEach(
        record -> {
          if (record.at().isAfter(at) && record.charges().contains(charge)) {
            sums.merge(charge, record.cost(), Money::saturatedPlus);
          }
        });
    return sums.getOrDefault(charge, Money.ZERO);
  }

  private MemoryAccount account(BudgetCycle charge) {
    return accounts.computeIfAbsent(charge, _ -> new MemoryAccount());
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
  public synchronized Money stranded() {
    return grants().stream()
        .filter(Grant::stranded)
        .map(Grant::amount)
        .reduce(Money.ZERO, Money::saturatedPlus);
  }

  @Override
  public synchronized List<Balance> balances() {
    return accounts.entrySet().stream()
        .map(
            e ->
                new Balance(
                    e.getKey(),
                    e.getValue().limit,
                    e.getValue().settled(),
                    e.getValue().outstanding()))
        .toList();
  }

  @Override
  public synchronized List<Grant> grants() {
    var grants = new ArrayList<Grant>();
    accounts.forEach(
        (charge, account) ->
            account.grants.forEach(
                (holder, amount) -> {
                  boolean lives = holderLives(holder);
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
    accounts.forEach((charge, account) -> sums.put(charge, account.pruned()));
    records.forEach(
        record ->
            record
                .charges()
                .forEach(charge -> sums.merge(charge, record.cost(), Money::saturatedPlus)));
    var differences = new ArrayList<Difference>();
    accounts.forEach(
        (charge, account) -> {
          var sum = sums.getOrDefault(charge, Money.ZERO).minus(account.excused());
          if (!sum.equals(account.settled())) {
            differences.add(new Difference(charge, Figure.SETTLED, account.settled(), sum));
          }
        });
    return new Audit(records.size(), accounts.size(), differences);
  }

  @Override
  public synchronized Corrected correct(SpendQuery query, Due.Rule rule, Instant at) {
    var corrections = new Corrections(rule, at);
    var examined = new ArrayList<SpendRecord>();
    records(query, examined::add);
    records.forEach(corrections::charged);
    for (var record : examined) {
      corrections
          .correction(record)
          .filter(records::add)
          .ifPresent(
              correction ->
                  correction
                      .charges()
                      .forEach(c -> account(c).charge(correction.cost(), record.at(), at)));
    }
    accounts.values().forEach(MemoryAccount::neverBelowNothing);
    return corrections.result();
  }

  /** None: this ledger lives in the gateway's process. */
  @Override
  public List<Carried> carryable(String budget, BudgetCycle to) {
    return List.of();
  }

  @Override
  public List<Carried> carry(String budget, BudgetCycle to, Instant at) {
    return List.of();
  }

  @Override
  public synchronized long prune(Instant before) {
    var old = records.removeIf(record -> record.at().isBefore(before));
    old.forEach(record -> forget(new Charged(record.cost(), record.charges())));
    accounts
        .entrySet()
        .removeIf(
            each ->
                each.getKey().cycle().endMillis() <= before.toEpochMilli()
                    && each.getValue().isUnusedSince(before));
    return old.size();
  }

  @Override
  public void backup(Path file) throws LedgerException {
    throw new LedgerException(
        Kind.ADDRESS,
        "ledger backup: \"memory\": there is nothing on disk to copy: set [ledger] url to a"
            + " database");
  }

  /** Does nothing: its data stays. */
  @Override
  public void close() {}
}
