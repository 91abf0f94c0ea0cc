package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * The budgets that one request belongs to at one candidate, in the order in which they are held.
 *
 * <p>Immutable; the budgets themselves are safe for any number of threads.
 */
public final class RequestBudgets {

  /** No budget: nothing is limited. */
  public static final RequestBudgets NONE = new RequestBudgets();

  private final Budget[] budgets;

  /** Budgets in their one fixed order. */
  RequestBudgets(Budget... budgets) {
    this.budgets = budgets;
  }

  /** All of them, in the order in which they are held. */
  List<Budget> budgets() {
    return List.of(budgets);
  }

  /** The state of each, in the order in which they are held. */
  public List<BudgetState> states(long nowMillis) {
    return Stream.of(budgets).map(budget -> budget.state(nowMillis)).toList();
  }

  /** When the next of their cycles or increases ends; {@link Long#MAX_VALUE} if none does. */
  long boundaryMillis() {
    long first = Long.MAX_VALUE;
    for (var budget : budgets) {
      first = Math.min(first, budget.boundaryMillis());
    }
    return first;
  }

  /** Starts new cycles where one is over. */
  void touch(long nowMillis) {
    for (var budget : budgets) {
      budget.touch(nowMillis);
    }
  }

  /** A hold on all of them, not taken yet. */
  public BudgetHold hold() {
    return new BudgetHold(budgets);
  }

  /** Calls {@code each} with the enforced budgets, each with the cycle that contains the moment. */
  public void forEachEnforced(long nowMillis, BiConsumer<String, Cycle> each) {
    for (var budget : budgets) {
      if (budget.terms().enforced()) {
        each.accept(budget.terms().name(), budget.account(nowMillis).cycle);
      }
    }
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return budgets.length == 0;
  }

  /** Whether any of them is enforced rather than only reported. */
  public boolean isEnforced() {
    for (var budget : budgets) {
      if (budget.terms().enforced()) {
        return true;
      }
    }
    return false;
  }

  /** Whether any enforced budget holds a stream's worst case from the start. */
  public boolean holdsWorstCase() {
    for (var budget : budgets) {
      if (budget.terms().enforced() && budget.terms().holds() == HoldPolicy.WORST_CASE) {
        return true;
      }
    }
    return false;
  }

  /** The most that a request can hold now; nothing limits it if this is {@link Long#MAX_VALUE}. */
  public Money available(long nowMillis) {
    long least = Long.MAX_VALUE;
    for (var budget : budgets) {
      if (budget.terms().enforced()) {
        least = Math.min(least, Math.max(0, budget.reachable(budget.account(nowMillis))));
      }
    }
    return new Money(least);
  }

  /** Whether any has reached its soft limit, so that local backends are to be preferred. */
  public boolean underPressure(long nowMillis) {
    for (var budget : budgets) {
      if (!budget.terms().shadow() && budget.severity(nowMillis) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether any enforced budget is exhausted, so that nothing that costs money can be held. */
  public boolean exhausted(long nowMillis) {
    for (var budget : budgets) {
      if (budget.terms().enforced() && budget.severity(nowMillis) > 1) {
        return true;
      }
    }
    return false;
  }

  /**
   * The budget that leaves the least room: the worst status first, then the least money.
   *
   * @return empty if no budget applies
   */
  public Optional<BudgetState> tightest(long nowMillis) {
    BudgetState tightest = null;
    for (var budget : budgets) {
      if (!budget.terms().shadow()) {
        var state = budget.state(nowMillis);
        if (tightest == null || TIGHTEST_FIRST.compare(state, tightest) < 0) {
          tightest = state;
        }
      }
    }
    return Optional.ofNullable(tightest);
  }

  /**
   * Why an amount does not fit.
   *
   * @return empty if it does
   */
  public Optional<BudgetViolation> violation(Money required, long nowMillis) {
    return violation(
        required,
        nowMillis,
        (budget, account) -> required.nanos() > 0 && budget.reachable(account) < required.nanos());
  }

  /**
   * Why they are {@linkplain #exhausted exhausted}. Budgets that are not exhausted are ignored,
   * even if the amount does not fit them.
   *
   * @param required the amount to hold
   * @return empty if none is exhausted
   */
  public Optional<BudgetViolation> exhaustion(Money required, long nowMillis) {
    return violation(
        required, nowMillis, (budget, _) -> required.nanos() > 0 && budget.severity(nowMillis) > 1);
  }

  /**
   * The violation for a request that must wait behind others for the same budgets.
   *
   * @param required the amount to hold
   * @return empty if none of the budgets queues requests
   */
  public Optional<BudgetViolation> awaited(Money required, long nowMillis) {
    return violation(
        required, nowMillis, (budget, _) -> budget.terms().action() == HardLimitAction.QUEUE);
  }

  private Optional<BudgetViolation> violation(
      Money required, long nowMillis, BiPredicate<Budget, CycleAccount> refuses) {
    var refusing = new ArrayList<BudgetState>(0);
    var action = HardLimitAction.WARN;
    for (var budget : budgets) {
      var account = budget.account(nowMillis);
      if (budget.terms().enforced() && refuses.test(budget, account)) {
        account.refuses();
        refusing.add(budget.stateOf(account));
        action = action.orMoreSevere(budget.terms().action());
      }
    }
    var severest = action;
    return refusing.stream()
        .min(TIGHTEST_FIRST)
        .map(state -> new BudgetViolation(state, required, severest));
  }

  /** Notifies each budget that the amount does not fit that it refused a request. */
  public void refused(Money required, long nowMillis) {
    for (var budget : budgets) {
      var account = budget.account(nowMillis);
      if (budget.terms().enforced() && budget.reachable(account) < required.nanos()) {
        budget.refused(account, required.nanos());
      }
    }
  }

  private static final Comparator<BudgetState> TIGHTEST_FIRST =
      Comparator.<BudgetState>comparingInt(state -> -state.status().severity())
          .thenComparing(BudgetState::remaining);
}
