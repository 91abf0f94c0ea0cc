package io.nexus.control.budget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All budgets, and the way from a request to those that it belongs to.
 *
 * <p>They can be {@linkplain #replace replaced} while requests run: a request goes by those that it
 * found when it was decided on, and a budget that goes on under its name keeps its account. Safe
 * for any number of threads; requests take no lock.
 */
public final class Budgets {

  private record Known(List<Budget> budgets, BudgetLookup index) {}

  private final BudgetListener listener;
  private final ShareListener shares;
  private final FreedSignal vacancies = new FreedSignal();

  /** All that there ever were, since one that comes back has the same account. */
  private final Map<String, Budget> ever = new HashMap<>();

  private int opened;
  private volatile Known known = new Known(List.of(), new BudgetLookup(List.of()));

  /**
   * Opens an account for each budget.
   *
   * @param terms in the order in which budgets are held
   * @param listener is told of crossings and turns
   * @param nowMillis decides each first cycle
   */
  public Budgets(List<BudgetTerms> terms, BudgetListener listener, long nowMillis) {
    this(terms, listener, ShareListener.LIMITS, nowMillis);
  }

  /**
   * Opens an account for each budget.
   *
   * @param terms in the order in which budgets are held
   * @param listener is told of crossings and turns
   * @param shares decides how much of each this process may spend
   * @param nowMillis decides each first cycle
   */
  public Budgets(
      List<BudgetTerms> terms, BudgetListener listener, ShareListener shares, long nowMillis) {
    this.listener = listener;
    this.shares = shares;
    replace(terms.stream().map(BudgetPlan::of).toList(), nowMillis);
  }

  /**
   * Goes by other plans from now on. A budget whose name stays keeps what was spent of it. One that
   * is left out is not asked any more, but ends what was held of it.
   *
   * @param plans in the order in which budgets are shown, each with a name of its own
   */
  public void replace(List<BudgetPlan> plans, long nowMillis) {
    synchronized (ever) {
      var before = Map.copyOf(ever);
      var budgets = new ArrayList<Budget>(plans.size());
      for (var plan : plans) {
        budgets.add(budget(before.get(plan.terms().name()), plan, nowMillis));
      }
      var asked = budgets.stream().filter(budget -> !budget.isDisabled()).toList();
      known = new Known(List.copyOf(budgets), new BudgetLookup(asked));
    }
    vacancies.freed();
  }

  private Budget budget(@Nullable Budget before, BudgetPlan plan, long nowMillis) {
    if (before != null && before.goesOnWith(plan.terms())) {
      before.follow(plan, nowMillis);
      return before;
    }
    var budget = new Budget(opened++, plan, listener, vacancies, shares, nowMillis);
    ever.put(plan.terms().name(), budget);
    return budget;
  }

  /** All of them, in the order in which they are shown, those that are disabled included. */
  public List<Budget> budgets() {
    return known.budgets;
  }

  /** The one of that name; empty if there is none. */
  public Optional<Budget> named(String name) {
    return known.budgets.stream().filter(budget -> budget.terms().name().equals(name)).findFirst();
  }

  /**
   * Has an action run each time that money becomes free on any of them, on the thread that frees
   * it; in the place of a {@link BudgetQueue}, of which budgets have one.
   */
  public void whenFreed(Runnable action) {
    vacancies.await(action);
  }

  /** Whom to tell that money has become free on any of them. */
  FreedSignal vacancies() {
    return vacancies;
  }

  /** What a caller's requests belong to, whatever the candidate, and may belong to at some. */
  public OfCaller of(Caller caller) {
    var index = known.index;
    var certain = new ArrayList<Budget>();
    var possible = new ArrayList<Budget>();
    index.ofCaller(
        caller,
        budget -> {
          if (admits(budget.terms(), caller)) {
            (asksForCandidate(budget.terms()) ? possible : certain).add(budget);
          }
        });
    return new OfCaller(index, caller, certain, possible);
  }

  /**
   * Those that every request of the caller belongs to, in the order in which they are held. Looks
   * at each budget: for reports, not for requests.
   */
  public List<Budget> always(Caller caller) {
    return known.budgets.stream()
        .filter(budget -> !budget.isDisabled())
        .filter(budget -> admits(budget.terms(), caller) && !asksForCandidate(budget.terms()))
        .toList();
  }

  /**
   * Those that a request of the caller belongs to if it runs on the right model, provider or
   * backend, in the order in which they are held. Looks at each budget: for reports, not for
   * requests.
   */
  public List<Budget> sometimes(Caller caller) {
    return known.budgets.stream()
        .filter(budget -> !budget.isDisabled())
        .filter(budget -> admits(budget.terms(), caller) && asksForCandidate(budget.terms()))
        .toList();
  }

  /** The budgets of one caller; for one request, not for concurrent use. */
  public static final class OfCaller {

    private final BudgetLookup index;
    private final Caller caller;
    private final List<Budget> certain;
    private final List<Budget> possible;
    private final RequestBudgets everywhere;

    private OfCaller(
        BudgetLookup index, Caller caller, List<Budget> certain, List<Budget> possible) {
      this.index = index;
      this.caller = caller;
      this.certain = certain;
      this.possible = possible;
      this.everywhere = ordered(certain);
    }

    /** What a request belongs to if it runs there. */
    public RequestBudgets at(String provider, String backend, String model) {
      if (possible.isEmpty() && !index.filesCandidates()) {
        return everywhere;
      }
      var more = new ArrayList<Budget>(0);
      for (var budget : possible) {
        if (admits(budget.terms(), provider, backend, model)) {
          more.add(budget);
        }
      }
      index.ofCandidate(
          provider,
          backend,
          model,
          budget -> {
            if (admits(budget.terms(), caller)
                && admits(budget.terms(), provider, backend, model)) {
              more.add(budget);
            }
          });
      if (more.isEmpty()) {
        return everywhere;
      }
      more.addAll(certain);
      return ordered(more);
    }
  }

  private static RequestBudgets ordered(List<Budget> budgets) {
    var array = budgets.toArray(Budget[]::new);
    Arrays.sort(array, Comparator.comparingInt(Budget::ordinal));
    return array.length == 0 ? RequestBudgets.NONE : new RequestBudgets(array);
  }

  private static boolean asksForCandidate(BudgetTerms terms) {
    return terms.match().keySet().stream().anyMatch(dimension -> !dimension.ofCaller());
  }

  private static boolean admits(BudgetTerms terms, Caller caller) {
    return asks(terms, Dimension.KEY, caller.key())
        && asks(terms, Dimension.TEAM, caller.team())
        && asks(terms, Dimension.USER, caller.user())
        && asks(terms, Dimension.SESSION, caller.session())
        && (!terms.match().containsKey(Dimension.TAG)
            || caller.tags().contains(terms.match().get(Dimension.TAG)));
  }

  private static boolean admits(BudgetTerms terms, String provider, String backend, String model) {
    return asks(terms, Dimension.PROVIDER, provider)
        && asks(terms, Dimension.BACKEND, backend)
        && (!terms.match().containsKey(Dimension.MODEL)
            || new Glob(terms.match().getOrDefault(Dimension.MODEL, "")).matches(model));
  }

  private static boolean asks(BudgetTerms terms, Dimension dimension, String value) {
    return terms.match().getOrDefault(dimension, value).equals(value);
  }
}
