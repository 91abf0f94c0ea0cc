package io.nexus.control.limit;

import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.ShareListener;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All limits, and the lookup of those that a request belongs to.
 *
 * <p>Each unit of a limit is counted by an account like a budget's, in which one unit is one
 * nano-dollar. So the same compare-and-set counts money, requests, tokens and parallel requests,
 * and the same leases share them among gateways: no window ever admits more than its limit.
 *
 * <p>They can be {@linkplain #replace replaced} while requests run. Safe for any number of threads;
 * requests take no lock.
 */
public final class Limits {

  private static final List<LimitCount> NONE = List.of();

  private record Accounts(Unit unit, boolean shared, Budgets budgets) {}

  private final Map<Unit, Accounts> together = new EnumMap<>(Unit.class);
  private final Map<Unit, Accounts> alone = new EnumMap<>(Unit.class);

  /** The limits with at least one account. */
  private volatile List<Accounts> used = List.of();

  private volatile List<LimitPlan> plans = List.of();

  /**
   * Starts without limits.
   *
   * @param shares decides how much of each limit that gateways share this process may use
   * @param nowMillis determines each first window
   */
  public Limits(ShareListener shares, long nowMillis) {
    for (var unit : Unit.values()) {
      together.put(unit, new Accounts(unit, true, budgets(shares, nowMillis)));
      alone.put(unit, new Accounts(unit, false, budgets(ShareListener.LIMITS, nowMillis)));
    }
  }

  /** Never has a limit; for tests that need none. */
  public static Limits none() {
    return new Limits(ShareListener.LIMITS, 0);
  }

  private static Budgets budgets(ShareListener shares, long nowMillis) {
    return new Budgets(List.of(), BudgetListener.NONE, shares, nowMillis);
  }

  /**
   * Replaces all plans. A limit that keeps its name and its window keeps its count.
   *
   * @param next the plans, with unique names
   */
  public synchronized void replace(List<LimitPlan> next, long nowMillis) {
    plans = List.copyOf(next);
    var inUse = new ArrayList<Accounts>();
    for (var unit : Unit.values()) {
      for (var accounts : List.of(inOrder(together, unit), inOrder(alone, unit))) {
        var ofUnit =
            next.stream()
                .filter(limit -> limit.terms().shared() == accounts.shared)
                .filter(limit -> limit.most().containsKey(unit))
                .map(limit -> limit.account(unit))
                .toList();
        accounts.budgets.replace(ofUnit, nowMillis);
        if (!ofUnit.isEmpty()) {
          inUse.add(accounts);
        }
      }
    }
    used = List.copyOf(inUse);
  }

  private static Accounts inOrder(Map<Unit, Accounts> of, Unit unit) {
    var accounts = of.get(unit);
    if (accounts == null) {
      throw new IllegalStateException("every unit has accounts");
    }
    return accounts;
  }

  /** The plans in force. */
  public List<LimitPlan> plans() {
    return plans;
  }

  /** The accounts, by unit, to which a caller's request belongs if it runs there. */
  public List<LimitCount> of(
      Caller caller, String provider, String backend, String model, long nowMillis) {
    var all = used;
    if (all.isEmpty()) {
      return NONE;
    }
    var counts = new ArrayList<LimitCount>(all.size());
    for (var accounts : all) {
      var of = accounts.budgets.of(caller, nowMillis).at(provider, backend, model);
      if (!of.isEmpty()) {
        counts.add(new LimitCount(accounts.unit, accounts.shared, of));
      }
    }
    return counts;
  }

  /** Runs an action each time that units become free, on the thread that frees them. */
  public void whenFreed(Runnable action) {
    together.values().forEach(accounts -> accounts.budgets.whenFreed(action));
    alone.values().forEach(accounts -> accounts.budgets.whenFreed(action));
  }

  /** The state of one unit of a limit; empty if there is none. */
  public Optional<LimitState> state(String limit, Unit unit, long nowMillis) {
    return used.stream()
        .filter(accounts -> accounts.unit == unit)
        .flatMap(accounts -> accounts.budgets.named(unit.account(limit), nowMillis).stream())
        .map(budget -> LimitState.of(unit, budget.state(nowMillis)))
        .findFirst();
  }

  /**
   * The state of each unit of a limit, or of one value of it. For the name of a limit that counts
   * by value, the value with the least left. Empty if there is no such limit.
   */
  public List<LimitState> states(String limit, long nowMillis) {
    var states = new ArrayList<LimitState>();
    for (var accounts : used) {
      accounts
          .budgets
          .named(accounts.unit.account(limit), nowMillis)
          .map(budget -> accounts.budgets.tightest(budget, nowMillis))
          .ifPresent(state -> states.add(LimitState.of(accounts.unit, state)));
    }
    return states;
  }

  /** The number of a limit's values in memory. */
  public int valueCount(String limit) {
    int most = 0;
    for (var accounts : used) {
      for (var budget : accounts.budgets.budgets()) {
        if (budget.terms().name().equals(accounts.unit.account(limit))) {
          most = Math.max(most, accounts.budgets.valueCount(budget));
        }
      }
    }
    return most;
  }

  /** Starts new windows where one is over, and drops unused values from memory. */
  public void touch(long nowMillis) {
    used.forEach(accounts -> accounts.budgets.touch(nowMillis));
  }

  /** The states of the limits that do not count by value, in configured order. */
  public List<LimitState> states(long nowMillis) {
    var states = new ArrayList<LimitState>();
    for (var accounts : used) {
      for (var budget : accounts.budgets.budgets()) {
        if (accounts.budgets.each(budget).isEmpty()) {
          states.add(LimitState.of(accounts.unit, budget.state(nowMillis)));
        }
      }
    }
    return states;
  }
}
