package io.nexus.control.lease;

import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * All budgets' cycles that this process spends.
 *
 * <p>For the ledger's thread alone, but for {@link #refuse} and {@link #areFresh}.
 */
final class LeasedAccounts {

  private final LeaseTerms terms;
  private final Map<BudgetCycle, LeasedAccount> accounts = new ConcurrentHashMap<>();

  /** Those that have not been checked and seen yet; few rounds have any. */
  private final List<LeasedAccount> fresh = new ArrayList<>();

  LeasedAccounts(LeaseTerms terms) {
    this.terms = terms;
  }

  void add(LeasedAccount account) {
    accounts.put(account.charge, account);
    if (!account.isChecked() || !account.isSeen()) {
      fresh.add(account);
    }
  }

  /** Whether something else than money is counted there. */
  boolean areCounts(BudgetCycle charge) {
    var account = accounts.get(charge);
    return account != null && account.counts;
  }

  /** Whether there is any where something else than money is counted. */
  boolean haveCounts() {
    return accounts.values().stream().anyMatch(account -> account.counts);
  }

  void remove(LeasedAccount account) {
    accounts.remove(account.charge, account);
    fresh.remove(account);
  }

  /** Whether the ledger has just said of one of them that it has not got so much. */
  boolean refuse(Set<BudgetCycle> charges, Money amount, long nowNanos) {
    for (var charge : charges) {
      var account = accounts.get(charge);
      if (account != null && account.refuses(amount, nowNanos)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the ledger has just said how each of them stands. */
  boolean areFresh(Set<BudgetCycle> charges, long nowNanos) {
    for (var charge : charges) {
      var account = accounts.get(charge);
      if (account == null || !account.isFresh(nowNanos)) {
        return false;
      }
    }
    return true;
  }

  /** Takes in what the ledger says. */
  void see(Collection<Standing> standings, long nowNanos) {
    for (var standing : standings) {
      var account = accounts.get(standing.charge());
      if (account != null) {
        account.see(standing, terms.node(), nowNanos);
      }
    }
    fresh.removeIf(account -> account.isChecked() && account.isSeen());
  }

  /**
   * What to draw: for those who wait, for those who were admitted without a grant, and for those
   * who would soon have to wait.
   */
  List<Draw> wishes(List<DrawRequest> waiting, int nodes, Moment now) {
    var wishes = new TreeMap<BudgetCycle, Draw>();
    for (var account : accounts.values()) {
      if (account.isUncovered(now)) {
        wishes.put(account.charge, account.cover(now));
      } else if (account.runsLow(now, terms)) {
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
        sums.merge(charge, ask.amount(), Money::saturatedPlus);
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
  Answer answer(DrawRequest ask, long nowNanos) {
    for (var charge : ask.charges()) {
      var account = accounts.get(charge);
      if (account == null || account.lacks(ask.amount())) {
        if (account != null) {
          account.refused(ask.amount(), nowNanos);
        }
        return Answer.REFUSED;
      }
    }
    return Answer.GRANTED;
  }

  /** Whether what it asks for is free by now. */
  boolean suffice(DrawRequest ask) {
    for (var charge : ask.charges()) {
      var account = accounts.get(charge);
      if (account == null || account.share.free().compareTo(ask.amount()) < 0) {
        return false;
      }
    }
    return !ask.charges().isEmpty();
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

  /** The ledger has forgiven so much; to be followed by {@link #see}. */
  void forgiven(BudgetCycle charge, Money amount) {
    var account = accounts.get(charge);
    if (account != null) {
      account.share.forgiven(amount);
    }
  }

  /**
   * Measures demand and takes back unused money locally; the caller then returns it to the ledger.
   */
  Map<BudgetCycle, Money> surplus(Moment now) {
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
  void dropDone(Moment now) {
    accounts.values().removeIf(account -> account.isDone(now));
  }

  /**
   * Puts idle ones to sleep where there are many, and forgets those that still sleep since the last
   * time: a request that has found one awake may yet ask for a draw.
   */
  void rest(Moment now) {
    accounts
        .values()
        .removeIf(
            account ->
                account.share.wantsRest() && account.isIdle(now, terms) && slept(account, now));
  }

  private boolean slept(LeasedAccount account, Moment now) {
    if (account.share.isAsleep()) {
      return true;
    }
    var _ = account.share.sleep(() -> account.isIdle(now, terms));
    return false;
  }

  /** Some of those of which the ledger has never said how they stand. */
  Map<BudgetCycle, Money> unseen(int atMost) {
    return some(fresh, account -> !account.isSeen(), atMost);
  }

  /**
   * Some of those of which the ledger should say again how they stand.
   *
   * @param sinceNanos and those that it was not asked of since then
   */
  Map<BudgetCycle, Money> stale(Moment now, long sinceNanos, int atMost) {
    return some(
        accounts.values(),
        account -> account.isStale(now, terms) || account.isSeenBefore(sinceNanos),
        atMost);
  }

  /** Each with nothing to return. */
  private static Map<BudgetCycle, Money> some(
      Collection<LeasedAccount> of, Predicate<LeasedAccount> test, int atMost) {
    var some = new HashMap<BudgetCycle, Money>();
    for (var account : of) {
      if (some.size() < atMost && test.test(account)) {
        some.put(account.charge, Money.ZERO);
      }
    }
    return some;
  }

  /** Those of which the ledger was not asked if the same money is spent in another cycle. */
  List<LeasedAccount> unchecked() {
    return fresh.stream().filter(account -> !account.isChecked()).toList();
  }

  /** Whether the ledger has said how each of them stands. */
  boolean areSeen() {
    return fresh.stream().allMatch(LeasedAccount::isSeen);
  }

  /** What this process has drawn and not settled. */
  Money outstanding() {
    return accounts.values().stream()
        .filter(account -> !account.counts)
        .map(LeasedAccount::mine)
        .reduce(Money.ZERO, Money::saturatedPlus);
  }
}
