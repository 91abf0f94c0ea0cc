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
 * All limits, and the way from a request to those that it belongs to.
 *
 * <p>Each unit that a limit names is an account as a budget has it, in which one of the unit is one
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

  /** Those that have any account. */
  private volatile List<Accounts> used = List.of();

  private volatile List<LimitPlan> plans = List.of();

  /**
   * No limits yet.
   *
   * @param shares decides how much of each limit that gateways share this process may use
   * @param nowMillis decides each first window
   */
  public Limits(ShareListener shares, long nowMillis) {
    for (var unit : Unit.values()) {
      together.put(unit, new Accounts(unit, true, budgets(shares, nowMillis)));
      alone.put(unit, new Accounts(unit, false, budgets(ShareListener.LIMITS, nowMillis)));
    }
  }

  /** No limits, ever: for those who test what has nothing to do with them. */
  public static Limits none() {
    return new Limits(ShareListener.LIMITS, 0);
  }

  private static Budgets budgets(ShareListener shares, long nowMillis) {
    return new Budgets(List.of(), BudgetListener.NONE, shares, nowMillis);
  }

  /**
   * Goes by other plans from now on. A limit that keeps its name and its window keeps its count.
   *
   * @param next each with a name of its own
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

  /** What is to hold. */
  public List<LimitPlan> plans() {
    return plans;
  }

  /** The accounts that a caller's request belongs to if it runs there, those of each unit. */
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

  /** Has an action run each time that something has become free, on the thread that frees it. */
  public void whenFreed(Runnable action) {
    together.values().forEach(accounts -> accounts.budgets.whenFreed(action));
    alone.values().forEach(accounts -> accounts.budgets.whenFreed(action));
  }

  /** How one stands; empty if there is none. */
  public Optional<LimitState> state(String limit, Unit unit, long nowMillis) {
    return used.stream()
        .filter(accounts -> accounts.unit == unit)
        .flatMap(accounts -> accounts.budgets.named(unit.account(limit), nowMillis).stream())
        .map(budget -> LimitState.of(unit, budget.state(nowMillis)))
        .findFirst();
  }

  /**
   * How each unit of one stands, or of one value of it; of a limit that counts by value, the value
   * with the least left. None if there is no such limit.
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

  /** How many of the values that a limit counts by are in memory. */
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

  /** Turns the windows that are over, and lets go the values that nobody uses. */
  public void touch(long nowMillis) {
    used.forEach(accounts -> accounts.budgets.touch(nowMillis));
  }

  /** How those stand that count all together, in the order in which they were laid down. */
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
