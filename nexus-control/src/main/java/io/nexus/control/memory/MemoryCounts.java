package io.nexus.control.memory;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.LedgerCounts;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Standing;
import io.nexus.control.memory.MemoryAccount.Holder;
import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The counts of {@link MemoryLedger}. Callers must hold the ledger's lock. */
final class MemoryCounts implements LedgerCounts {

  private final Map<BudgetCycle, Map<Holder, Long>> drawn = new HashMap<>();
  private final Predicate<Holder> lives;
  private final Supplier<Instant> now;
  private final Renewal renewal;

  /** Renews a lease. */
  @FunctionalInterface
  interface Renewal {
    void of(NodeLease lease) throws LedgerException;
  }

  MemoryCounts(Predicate<Holder> lives, Supplier<Instant> now, Renewal renewal) {
    this.lives = lives;
    this.now = now;
    this.renewal = renewal;
  }

  @Override
  public synchronized List<Standing> draw(NodeLease lease, List<Draw> draws)
      throws LedgerException {
    renewal.of(lease);
    var holder = new Holder(lease.node(), lease.incarnation());
    var standings = new ArrayList<Standing>(draws.size());
    for (var draw : draws) {
      var free = draw.limit().minus(standing(draw.charge(), Money.ZERO, holder).outstanding());
      var granted = draw.of(free);
      add(draw.charge(), holder, granted.nanos());
      standings.add(standing(draw.charge(), granted, holder));
    }
    return standings;
  }

  @Override
  public synchronized List<Standing> giveBack(NodeLease lease, Map<BudgetCycle, Money> amounts) {
    var holder = new Holder(lease.node(), lease.incarnation());
    var standings = new ArrayList<Standing>(amounts.size());
    amounts.forEach(
        (charge, amount) -> {
          add(charge, holder, -amount.nanos());
          standings.add(standing(charge, Money.ZERO, holder));
        });
    return standings;
  }

  private void add(BudgetCycle charge, Holder holder, long more) {
    var of = drawn.computeIfAbsent(charge, _ -> new HashMap<>());
    of.put(holder, Math.max(0, of.getOrDefault(holder, 0L) + more));
  }

  private Standing standing(BudgetCycle charge, Money granted, Holder holder) {
    long all = 0;
    var of = drawn.getOrDefault(charge, Map.of());
    for (var each : of.entrySet()) {
      if (charge.cycle().endMillis() < Long.MAX_VALUE || lives.test(each.getKey())) {
        all += each.getValue();
      }
    }
    return new Standing(
        charge, granted, Money.ZERO, new Money(all), new Money(of.getOrDefault(holder, 0L)));
  }

  @Override
  public synchronized void tidy() {
    drawn.keySet().removeIf(charge -> !charge.cycle().end().isAfter(now.get()));
    drawn.forEach(
        (charge, of) -> {
          if (charge.cycle().endMillis() == Long.MAX_VALUE) {
            of.keySet().removeIf(holder -> !lives.test(holder));
          }
        });
  }
}
