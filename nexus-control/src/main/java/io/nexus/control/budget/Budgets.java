package io.nexus.control.budget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All budgets, and the way from a request to those that it belongs to.
 *
 * <p>Immutable; the budgets themselves are safe for any number of threads.
 */
public final class Budgets {

  private final List<Budget> budgets;
  private final BudgetLookup index;
  private final FreedSignal vacancies = new FreedSignal();

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
    budgets =
        IntStream.range(0, terms.size())
            .mapToObj(i -> new Budget(i, terms.get(i), listener, vacancies, shares, nowMillis))
            .toList();
    index = new BudgetLookup(budgets);
  }

  /** All of them, in the order in which they are held. */
  public List<Budget> budgets() {
    return budgets;
  }

  /** Whom to tell that money has become free on any of them. */
  FreedSignal vacancies() {
    return vacancies;
  }

  /** What a caller's requests belong to, whatever the candidate, and may belong to at some. */
  public OfCaller of(Caller caller) {
    var certain = new ArrayList<Budget>();
    var possible = new ArrayList<Budget>();
    index.ofCaller(
        caller,
        budget -> {
          if (admits(budget.terms(), caller)) {
            (asksForCandidate(budget.terms()) ? possible : certain).add(budget);
          }
        });
    return new OfCaller(caller, certain, possible);
  }

  /**
   * Those that every request of the caller belongs to, in the order in which they are held. Looks
   * at each budget: for reports, not for requests.
   */
  public List<Budget> always(Caller caller) {
    return budgets.stream()
        .filter(budget -> admits(budget.terms(), caller) && !asksForCandidate(budget.terms()))
        .toList();
  }

  /**
   * Those that a request of the caller belongs to if it runs on the right model, provider or
   * backend, in the order in which they are held. Looks at each budget: for reports, not for
   * requests.
   */
  public List<Budget> sometimes(Caller caller) {
    return budgets.stream()
        .filter(budget -> admits(budget.terms(), caller) && asksForCandidate(budget.terms()))
        .toList();
  }

  /** The budgets of one caller; for one request, not for concurrent use. */
  public final class OfCaller {

    private final Caller caller;
    private final List<Budget> certain;
    private final List<Budget> possible;
    private final RequestBudgets everywhere;

    private OfCaller(Caller caller, List<Budget> certain, List<Budget> possible) {
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
