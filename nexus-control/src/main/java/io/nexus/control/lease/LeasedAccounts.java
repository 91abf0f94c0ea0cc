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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The accounts of all budget cycles that this process spends.
 *
 * <p>For the ledger thread alone, except {@link #refuse} and {@link #areFresh}.
 */
final class LeasedAccounts {

  private static final int REPORTS_A_CALL = 256;

  /** So many accounts are always looked at; of more, all only at this interval. */
  private static final int FEW = 256;

  private static final long WALK_NANOS = 1_000_000_000;

  private final LeaseTerms terms;
  private final Map<BudgetCycle, LeasedAccount> accounts = new ConcurrentHashMap<>();

  /** Accounts not yet checked and reported; empty in most rounds. */
  private final List<LeasedAccount> fresh = new ArrayList<>();

  /** Accounts charged since the last {@link #wishes}, and those that it left for the next. */
  private final Set<BudgetCycle> charged = new LinkedHashSet<>();

  private long walkedNanos;
  private boolean counted;

  LeasedAccounts(LeaseTerms terms, long nowNanos) {
    this.terms = terms;
    this.walkedNanos = nowNanos;
  }

  void add(LeasedAccount account) {
    accounts.put(account.charge, account);
    counted |= account.counts;
    if (!account.isChecked() || !account.isSeen()) {
      fresh.add(account);
    }
  }

  /** Whether the account counts something other than money. */
  boolean areCounts(BudgetCycle charge) {
    var account = accounts.get(charge);
    return account != null && account.counts;
  }

  /** Whether any account has counted something other than money. */
  boolean haveCounts() {
    return counted;
  }

  void remove(LeasedAccount account) {
    accounts.remove(account.charge, account);
    fresh.remove(account);
  }

  /** Whether the ledger has just refused this amount on one of them. */
  boolean refuse(Set<BudgetCycle> charges, Money amount, long nowNanos) {
    for (var charge : charges) {
      var account = accounts.get(charge);
      if (account != null && account.refuses(amount, nowNanos)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the ledger has just reported each of them. */
  boolean areFresh(Set<BudgetCycle> charges, long nowNanos) {
    for (var charge : charges) {
      var account = accounts.get(charge);
      if (account == null || !account.isFresh(nowNanos)) {
        return false;
      }
    }
    return true;
  }

  /** Applies the ledger's answers. */
  void see(Collection<Standing> standings, long nowNanos) {
    for (var standing : standings) {
      var account = accounts.get(standing.charge());
      if (account != null) {
        account.see(standing, terms.node(), nowNanos);
      }
    }
    fresh.removeIf(account -> account.isChecked() && account.isSeen());
  }

  /** The ledger no longer applies any limit that this node has reported. */
  void reportAgain() {
    accounts.values().forEach(LeasedAccount::reportAgain);
  }

  /**
   * The draws for which no request waits: for requests admitted without a grant, ahead of demand,
   * and to report a changed limit. Where there are many accounts, most calls look only at those
   * charged since the last one.
   *
   * @param ahead at most so many of those ahead of demand
   */
  Map<BudgetCycle, Draw> wishes(int nodes, Moment now, int ahead) {
    boolean all = accounts.size() <= FEW || now.nanos() - walkedNanos >= WALK_NANOS;
    var looked =
        all
            ? accounts.values()
            : charged.stream().map(accounts::get).filter(Objects::nonNull).toList();
    charged.clear();
    walkedNanos = all ? now.nanos() : walkedNanos;
    var wishes = new TreeMap<BudgetCycle, Draw>();
    int reports = 0;
    int refills = 0;
    for (var account : looked) {
      if (account.isUncovered(now)) {
        wishes.put(account.charge, account.cover(now));
      } else if (account.runsLow(now, terms, nodes)) {
        if (refills++ < ahead) {
          wishes.put(account.charge, account.refill(terms, nodes, now));
        } else {
          charged.add(account.charge);
        }
      } else if (account.isMisstated()) {
        if (reports++ < REPORTS_A_CALL) {
          wishes.put(account.charge, account.reportLimit());
        } else {
          charged.add(account.charge);
        }
      }
    }
    return wishes;
  }

  /** The draws for waiting requests: on each budget at least what the smallest needs. */
  Map<BudgetCycle, Draw> wishes(List<DrawRequest> waiting, int nodes) {
    var smallest = new TreeMap<BudgetCycle, Money>();
    var sums = new HashMap<BudgetCycle, Money>();
    for (var ask : waiting) {
      for (var charge : ask.charges()) {
        smallest.merge(charge, ask.amount(), (a, b) -> a.compareTo(b) <= 0 ? a : b);
        sums.merge(charge, ask.amount(), Money::saturatedPlus);
      }
    }
    var wishes = new TreeMap<BudgetCycle, Draw>();
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

  /** The answer to a request after a draw: it is refused if it does not fit even alone. */
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

  /** Whether the amount that it asks for is free now. */
  boolean suffice(DrawRequest ask) {
    for (var charge : ask.charges()) {
      var account = accounts.get(charge);
      if (account == null || account.share.free().compareTo(ask.amount()) < 0) {
        return false;
      }
    }
    return !ask.charges().isEmpty();
  }

  /** These records have been posted; {@link #see} must follow. */
  void posted(List<SpendRecord> records) {
    for (var record : records) {
      for (var charge : record.charges()) {
        var account = accounts.get(charge);
        if (account != null) {
          account.posted(record.cost());
          charged.add(charge);
        }
      }
    }
  }

  /** The ledger has forgiven this amount; {@link #see} must follow. */
  void forgiven(BudgetCycle charge, Money amount) {
    var account = accounts.get(charge);
    if (account != null) {
      account.share.forgiven(amount);
    }
  }

  /**
   * Measures demand and withdraws unused money locally; the caller then returns it to the ledger.
   */
  Map<BudgetCycle, Money> surplus(Moment now, boolean shared) {
    return withdrawn(
        account -> {
          account.sample(now, terms);
          return account.surplus(now, terms, shared);
        });
  }

  /** Withdraws everything free. */
  Map<BudgetCycle, Money> giveUpAll() {
    return withdrawn(LeasedAccount::giveUpAll);
  }

  /** Withdraws what is free and above a limit, which has been lowered. */
  Map<BudgetCycle, Money> aboveLimits() {
    return withdrawn(LeasedAccount::aboveLimit);
  }

  private Map<BudgetCycle, Money> withdrawn(Function<LeasedAccount, Money> from) {
    var amounts = new HashMap<BudgetCycle, Money>();
    for (var account : accounts.values()) {
      var amount = from.apply(account);
      if (!amount.isZero()) {
        amounts.put(account.charge, amount);
      }
    }
    return amounts;
  }

  /** Drops the accounts that are done. */
  void dropDone(Moment now) {
    accounts.values().removeIf(account -> account.isDone(now));
  }

  /**
   * Puts idle accounts to sleep where there are many, and drops those still asleep since the last
   * call. The delay lets a request that found one awake still ask for a draw.
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

  /** Some of the accounts that the ledger has never reported. */
  Map<BudgetCycle, Money> unseen(int atMost) {
    return some(fresh, account -> !account.isSeen(), atMost);
  }

  /**
   * Some of the accounts whose figures should be refreshed.
   *
   * @param sinceNanos also includes accounts not refreshed since this time
   */
  Map<BudgetCycle, Money> stale(Moment now, long sinceNanos, int atMost) {
    return some(
        accounts.values(),
        account -> account.isStale(now, terms) || account.isSeenBefore(sinceNanos),
        atMost);
  }

  /** The first accounts that match, each with a zero amount to return. */
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

  /** The accounts that {@link CycleCheck} has not checked. */
  List<LeasedAccount> unchecked() {
    return fresh.stream().filter(account -> !account.isChecked()).toList();
  }

  /** Whether the ledger has reported all of them. */
  boolean areSeen() {
    return fresh.stream().allMatch(LeasedAccount::isSeen);
  }

  /** The amount that this process has drawn and not settled. */
  Money outstanding() {
    return accounts.values().stream()
        .filter(account -> !account.counts)
        .map(LeasedAccount::mine)
        .reduce(Money.ZERO, Money::saturatedPlus);
  }
}
