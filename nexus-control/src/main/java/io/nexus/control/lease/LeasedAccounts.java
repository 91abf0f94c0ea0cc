package io.nexus.control.lease;

import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All budgets' cycles that this process spends.
 *
 * <p>For the ledger's thread alone, but for {@link #refuse}.
 */
final class LeasedAccounts {

  private final LeaseTerms terms;
  private final Map<BudgetCycle, LeasedAccount> accounts = new ConcurrentHashMap<>();

  LeasedAccounts(LeaseTerms terms) {
    this.terms = terms;
  }

  void add(LeasedAccount account) {
    accounts.put(account.charge, account);
  }

  /** Whether the ledger has just said of one of them that it has not got so much. */
  boolean refuse(Set<BudgetCycle> charges, Money amount, long now) {
    for (var charge : charges) {
      var account = accounts.get(charge);
      if (account != null && account.refuses(amount, now)) {
        return true;
      }
    }
    return false;
  }

  /** Takes in what the ledger says. */
  void see(List<Standing> positions) {
    for (var position : positions) {
      var account = accounts.get(position.charge());
      if (account != null) {
        account.see(position);
      }
    }
  }

  /** What to draw: for those who wait, and unless that is of no use, for those who soon would. */
  List<Draw> wishes(List<DrawRequest> waiting, int nodes, boolean onlyWaiting, long now) {
    var wishes = new TreeMap<BudgetCycle, Draw>();
    for (var account : accounts.values()) {
      if (!onlyWaiting && account.runsLow(now, terms)) {
        wishes.put(account.charge, account.refill(terms, nodes, now));
      }
    }
    wishes.putAll(wishes(waiting, nodes));
    return List.copyOf(wishes.values());
  }

  /** What to draw for those who wait: together at least what the smallest of them needs. */
  private Map<BudgetCycle, Draw> wishes(List<DrawRequest> waiting, int nodes) {
    var smallest = new TreeMap<BudgetCycle, Money>();
    var sums = new HashMap<BudgetCycle, Money>();
    for (var ask : waiting) {
      for (var charge : ask.charges()) {
        smallest.merge(charge, ask.amount(), (a, b) -> a.compareTo(b) <= 0 ? a : b);
        sums.merge(charge, ask.amount(), Money::plus);
      }
    }
    var wishes = new HashMap<BudgetCycle, Draw>();
    smallest.forEach(
        (charge, least) -> {
          var account = accounts.get(charge);
          if (account != null && account.share.free().compareTo(least) < 0) {
            var sum = sums.getOrDefault(charge, least);
            wishes.put(charge, account.draw(least, sum, terms, nodes));
          }
        });
    return wishes;
  }

  /** One that still does not fit, and would not if it were alone, is refused. */
  Answer answer(DrawRequest ask, long now) {
    for (var charge : ask.charges()) {
      var account = accounts.get(charge);
      if (account == null || account.lacks(ask.amount())) {
        if (account != null) {
          account.refused(ask.amount(), now);
        }
        return Answer.REFUSED;
      }
    }
    return Answer.GRANTED;
  }

  /** So much is in the ledger; to be followed by {@link #see}. */
  void posted(List<SpendRecord> records) {
    for (var record : records) {
      for (var charge : record.charges()) {
        var account = accounts.get(charge);
        if (account != null) {
          account.posted(record.cost());
        }
      }
    }
  }

  /** Measures, and takes back, here, what is of no use here; the ledger is to be told. */
  Map<BudgetCycle, Money> surplus(long now) {
    var amounts = new HashMap<BudgetCycle, Money>();
    for (var account : accounts.values()) {
      account.sample(now, terms);
      var surplus = account.surplus(now, terms);
      if (!surplus.isZero()) {
        amounts.put(account.charge, surplus);
      }
    }
    return amounts;
  }

  /** Takes back all that is free. */
  Map<BudgetCycle, Money> giveUpAll() {
    var amounts = new HashMap<BudgetCycle, Money>();
    accounts.values().forEach(account -> amounts.put(account.charge, account.giveUpAll()));
    amounts.values().removeIf(Money::isZero);
    return amounts;
  }

  /** Forgets those to which nothing more can happen. */
  void dropDone(long now) {
    accounts.values().removeIf(account -> account.isDone(now));
  }

  /** Those of which it matters how they stand, each with nothing to return. */
  Map<BudgetCycle, Money> active(long now) {
    var active = new HashMap<BudgetCycle, Money>();
    for (var account : accounts.values()) {
      if (account.isActive(now)) {
        active.put(account.charge, Money.ZERO);
      }
    }
    return active;
  }

  /** What this process has drawn and not settled. */
  Money outstanding() {
    return accounts.values().stream().map(LeasedAccount::mine).reduce(Money.ZERO, Money::plus);
  }
}
