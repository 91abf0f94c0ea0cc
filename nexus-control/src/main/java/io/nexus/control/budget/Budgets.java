package io.nexus.control.budget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All budgets, and the way from a request to those that it belongs to.
 *
 * <p>They can be {@linkplain #replace replaced} while requests run: a request goes by those that it
 * found when it was decided on, and a budget that goes on under its name keeps its account. Safe
 * for any number of threads; requests take no lock.
 */
public final class Budgets {

  /**
   * @param budgets in the order in which they are shown
   * @param named the same
   * @param index of those that are asked
   * @param each by the name of their plan, those that are disabled included
   * @param eachIndex of those that are asked
   */
  private record Known(
      List<Budget> budgets,
      Map<String, Budget> named,
      BudgetLookup<Budget> index,
      Map<String, PerBudgets> each,
      BudgetLookup<PerBudgets> eachIndex) {

    static final Known NONE =
        new Known(
            List.of(),
            Map.of(),
            new BudgetLookup<>(List.of()),
            Map.of(),
            new BudgetLookup<>(List.of()));
  }

  private final BudgetListener listener;
  private final ShareListener shares;
  private final FreedSignal vacancies = new FreedSignal();

  /** All that there ever were, since one that comes back has the same account. */
  private final Map<String, Budget> ever = new HashMap<>();

  /** Likewise those that have one for each value. */
  private final Map<String, PerBudgets> everEach = new HashMap<>();

  private final AtomicInteger opened = new AtomicInteger();
  private volatile Known known = Known.NONE;

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
      var named = new LinkedHashMap<String, Budget>();
      var each = new LinkedHashMap<String, PerBudgets>();
      var before = Map.copyOf(ever);
      for (var plan : plans) {
        var name = plan.terms().name();
        var budget = budget(before.get(name), plan.single(), nowMillis);
        named.put(name, budget);
        plan.each().ifPresent(every -> each.put(name, each(budget, plan, every, nowMillis)));
      }
      var asked =
          named.values().stream()
              .filter(budget -> !budget.isDisabled() && !each.containsKey(budget.terms().name()))
              .toList();
      var eachAsked =
          each.values().stream().filter(values -> !values.shared().isDisabled()).toList();
      known =
          new Known(
              List.copyOf(named.values()),
              named,
              new BudgetLookup<>(asked),
              each,
              new BudgetLookup<>(eachAsked));
    }
    vacancies.freed();
  }

  private Budget budget(@Nullable Budget before, BudgetPlan plan, long nowMillis) {
    if (before != null && before.goesOnWith(plan.terms())) {
      before.follow(plan, nowMillis);
      return before;
    }
    var budget = open(plan, nowMillis);
    ever.put(plan.terms().name(), budget);
    return budget;
  }

  private Budget open(BudgetPlan plan, long nowMillis) {
    return new Budget(opened.getAndIncrement(), plan, listener, vacancies, shares, nowMillis);
  }

  private PerBudgets each(Budget shared, BudgetPlan plan, Each each, long nowMillis) {
    var name = plan.terms().name();
    var before = everEach.get(name);
    if (before != null && before.goesOn(shared, each)) {
      before.follow(plan, each, nowMillis);
      return before;
    }
    var values = new PerBudgets(plan, each, shared, this::open);
    everEach.put(name, values);
    return values;
  }

  /** All of them, in the order in which they are shown, those that are disabled included. */
  public List<Budget> budgets() {
    return known.budgets;
  }

  /**
   * The one of that name; empty if there is none. That of a value is made if there is room for it,
   * though no request has had the value yet.
   */
  public Optional<Budget> named(String name, long nowMillis) {
    var budget = Optional.ofNullable(known.named.get(name));
    int slash = name.indexOf(Each.SEPARATOR);
    if (budget.isPresent() || slash < 0) {
      return budget;
    }
    var values = known.each.get(name.substring(0, slash));
    var shown = name.substring(slash + 1);
    return values == null || !Per.isShown(shown)
        ? Optional.empty()
        : values.found(shown, nowMillis);
  }

  /** What it has one budget each for; empty if it is a single one. */
  public Optional<Each> each(Budget budget) {
    return Optional.ofNullable(known.each.get(budget.terms().name())).map(PerBudgets::each);
  }

  /** How the one stands that is nearest to its limit, of all that go by the budget's plan. */
  public BudgetState tightest(Budget budget, long nowMillis) {
    var tightest = budget.state(nowMillis);
    var values = known.each.get(budget.terms().name());
    return values == null ? tightest : values.tightest(tightest, nowMillis);
  }

  /** How many values' budgets of its plan are in memory. */
  public int valueCount(Budget budget) {
    var values = known.each.get(budget.terms().name());
    return values == null ? 0 : values.size();
  }

  /** The budgets of values in memory, of the plan that the budget stands for. */
  public List<Budget> values(Budget budget, long nowMillis) {
    var values = known.each.get(budget.terms().name());
    return values == null ? List.of() : values.kept(nowMillis);
  }

  /** All of them, and after each that has one for each value those in memory. */
  public List<Budget> all(long nowMillis) {
    var now = known;
    if (now.each.isEmpty()) {
      return now.budgets;
    }
    var all = new ArrayList<Budget>();
    for (var budget : now.budgets) {
      all.add(budget);
      all.addAll(values(budget, nowMillis));
    }
    return all;
  }

  /** Turns the cycles that are over, and lets go what nobody uses. */
  public void touch(long nowMillis) {
    List<PerBudgets> each;
    synchronized (ever) {
      each = List.copyOf(everEach.values());
    }
    known.budgets.forEach(budget -> budget.touch(nowMillis));
    each.forEach(values -> values.touch(nowMillis));
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
  public OfCaller of(Caller caller, long nowMillis) {
    var now = known;
    var certain = new ArrayList<Budget>();
    var possible = new ArrayList<Budget>();
    now.index.ofCaller(
        caller,
        budget -> {
          if (budget.terms().admits(caller)) {
            (budget.terms().asksForCandidate() ? possible : certain).add(budget);
          }
        });
    if (now.eachIndex.isEmpty()) {
      return new OfCaller(now, caller, certain, possible, List.of(), nowMillis);
    }
    var possibleEach = new ArrayList<PerBudgets>(0);
    now.eachIndex.ofCaller(
        caller,
        each -> {
          if (!each.terms().admits(caller)) {
            return;
          }
          if (asksForCandidate(each)) {
            possibleEach.add(each);
          } else {
            add(certain, each, each.per().values(caller), nowMillis);
          }
        });
    return new OfCaller(now, caller, certain, possible, possibleEach, nowMillis);
  }

  /** The budgets of the values, but for those that are left alone; the shared one once. */
  private static void add(
      List<Budget> budgets, PerBudgets each, List<String> values, long nowMillis) {
    for (var value : values) {
      var budget = each.of(value, nowMillis);
      if (!budget.isDisabled() && !budgets.contains(budget)) {
        budgets.add(budget);
      }
    }
  }

  /**
   * Those that every request of the caller belongs to, in the order in which they are held. Looks
   * at each budget: for reports, not for requests.
   */
  public List<Budget> always(Caller caller, long nowMillis) {
    return reported(caller, false, nowMillis);
  }

  /**
   * Those that a request of the caller belongs to if it runs on the right model, provider or
   * backend, in the order in which they are held. Looks at each budget: for reports, not for
   * requests.
   */
  public List<Budget> sometimes(Caller caller, long nowMillis) {
    return reported(caller, true, nowMillis);
  }

  private List<Budget> reported(Caller caller, boolean forCandidate, long nowMillis) {
    var now = known;
    var all = new ArrayList<Budget>();
    for (var budget : now.budgets) {
      var each = now.each.get(budget.terms().name());
      if (budget.isDisabled() || !budget.terms().admits(caller)) {
        continue;
      }
      if (each != null && asksForCandidate(each) == forCandidate) {
        add(all, each, each.per().values(caller), nowMillis);
      } else if (each == null && budget.terms().asksForCandidate() == forCandidate) {
        all.add(budget);
      }
    }
    return all;
  }

  /** The budgets of one caller; for one request, not for concurrent use. */
  public static final class OfCaller {

    private final Known known;
    private final Caller caller;
    private final List<Budget> certain;
    private final List<Budget> possible;
    private final List<PerBudgets> possibleEach;
    private final long nowMillis;
    private final RequestBudgets everywhere;

    private OfCaller(
        Known known,
        Caller caller,
        List<Budget> certain,
        List<Budget> possible,
        List<PerBudgets> possibleEach,
        long nowMillis) {
      this.known = known;
      this.caller = caller;
      this.certain = certain;
      this.possible = possible;
      this.possibleEach = possibleEach;
      this.nowMillis = nowMillis;
      this.everywhere = ordered(certain);
    }

    /** What a request belongs to if it runs there. */
    public RequestBudgets at(String provider, String backend, String model) {
      if (possible.isEmpty()
          && possibleEach.isEmpty()
          && !known.index.filesCandidates()
          && !known.eachIndex.filesCandidates()) {
        return everywhere;
      }
      var more = new ArrayList<Budget>(0);
      for (var budget : possible) {
        if (budget.terms().admits(provider, backend, model)) {
          more.add(budget);
        }
      }
      known.index.ofCandidate(
          provider,
          backend,
          model,
          budget -> {
            if (budget.terms().admits(caller) && budget.terms().admits(provider, backend, model)) {
              more.add(budget);
            }
          });
      for (var each : possibleEach) {
        add(more, each, provider, backend, model);
      }
      known.eachIndex.ofCandidate(
          provider,
          backend,
          model,
          each -> {
            if (each.terms().admits(caller)) {
              add(more, each, provider, backend, model);
            }
          });
      if (more.isEmpty()) {
        return everywhere;
      }
      more.addAll(certain);
      return ordered(more);
    }

    private void add(
        List<Budget> more, PerBudgets each, String provider, String backend, String model) {
      if (each.terms().admits(provider, backend, model)) {
        var per = each.per();
        Budgets.add(more, each, per.ofCaller() ? per.values(caller) : per.values(model), nowMillis);
      }
    }
  }

  private static RequestBudgets ordered(List<Budget> budgets) {
    var array = budgets.toArray(Budget[]::new);
    Arrays.sort(array, Comparator.comparingInt(Budget::ordinal));
    return array.length == 0 ? RequestBudgets.NONE : new RequestBudgets(array);
  }

  private static boolean asksForCandidate(PerBudgets each) {
    return !each.per().ofCaller() || each.terms().asksForCandidate();
  }
}
