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
 * All budgets, and the lookup of those that a request belongs to.
 *
 * <p>They can be {@linkplain #replace replaced} while requests run: a running request keeps the
 * budgets that it found at its decision, and a budget that keeps its name keeps its account. Safe
 * for any number of threads; requests take no lock.
 */
public final class Budgets {

  /**
   * @param budgets the budgets in display order
   * @param named the same budgets by name
   * @param index finds the enabled budgets
   * @param each the budgets by value, under their plan's name, disabled ones included
   * @param eachIndex finds the enabled budgets by value
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

  /** Every budget that ever existed: one that returns gets its former account. */
  private final Map<String, Budget> ever = new HashMap<>();

  /** The same for budgets by value. */
  private final Map<String, PerBudgets> everEach = new HashMap<>();

  private final AtomicInteger opened = new AtomicInteger();
  private volatile Known known = Known.NONE;

  /**
   * Opens an account for each budget.
   *
   * @param terms in the order in which budgets are held
   * @param listener receives crossings and cycle changes
   * @param nowMillis determines each first cycle
   */
  public Budgets(List<BudgetTerms> terms, BudgetListener listener, long nowMillis) {
    this(terms, listener, ShareListener.LIMITS, nowMillis);
  }

  /**
   * Opens an account for each budget.
   *
   * @param terms in the order in which budgets are held
   * @param listener receives crossings and cycle changes
   * @param shares decides how much of each this process may spend
   * @param nowMillis determines each first cycle
   */
  public Budgets(
      List<BudgetTerms> terms, BudgetListener listener, ShareListener shares, long nowMillis) {
    this.listener = listener;
    this.shares = shares;
    replace(terms.stream().map(BudgetPlan::of).toList(), nowMillis);
  }

  /**
   * Replaces all plans. A budget that keeps its name keeps its spend. A budget that is left out no
   * longer applies to new requests; running ones still settle on it.
   *
   * @param plans in display order, with unique names
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
      if (before.follow(plan, each, nowMillis)) {
        shares.valuesChanged();
      }
      return before;
    }
    if (before != null) {
      shares.valuesChanged();
    }
    var values = new PerBudgets(plan, each, shared, this::open);
    everEach.put(name, values);
    return values;
  }

  /** All budgets in display order, disabled ones included. */
  public List<Budget> budgets() {
    return known.budgets;
  }

  /**
   * The budget of that name; empty if there is none. The budget of a value is created if there is
   * room, even if no request has had the value yet.
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

  /** The dimension by whose values the budget is split; empty for a single budget. */
  public Optional<Each> each(Budget budget) {
    return Optional.ofNullable(known.each.get(budget.terms().name())).map(PerBudgets::each);
  }

  /** The state of the budget nearest to its limit, among all under the same plan. */
  public BudgetState tightest(Budget budget, long nowMillis) {
    var tightest = budget.state(nowMillis);
    var values = known.each.get(budget.terms().name());
    return values == null ? tightest : values.tightest(tightest, nowMillis);
  }

  /** The number of this plan's values whose budgets are in memory. */
  public int valueCount(Budget budget) {
    var values = known.each.get(budget.terms().name());
    return values == null ? 0 : values.size();
  }

  /** The budgets by value in memory under this budget's plan. */
  public List<Budget> values(Budget budget, long nowMillis) {
    var values = known.each.get(budget.terms().name());
    return values == null ? List.of() : values.kept(nowMillis);
  }

  /** All budgets; each plan by value is followed by its budgets in memory. */
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

  /** Starts new cycles where one is over, and drops unused budgets of values from memory. */
  public void touch(long nowMillis) {
    List<PerBudgets> each;
    synchronized (ever) {
      each = List.copyOf(everEach.values());
    }
    known.budgets.forEach(budget -> budget.touch(nowMillis));
    each.forEach(values -> values.touch(nowMillis));
  }

  /**
   * Runs an action each time that money becomes free on any budget, on the thread that frees it. It
   * replaces the {@link BudgetQueue}: a {@code Budgets} has one or the other.
   */
  public void whenFreed(Runnable action) {
    vacancies.await(action);
  }

  /** Signals waiting requests that money has become free on any budget. */
  FreedSignal vacancies() {
    return vacancies;
  }

  /** The budgets of a caller's requests, as far as the caller determines them. */
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

  /** Adds the enabled budgets of the values; the shared one at most once. */
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
   * The budgets that every request of the caller belongs to, in holding order. Visits every budget:
   * for reports, not for requests.
   */
  public List<Budget> always(Caller caller, long nowMillis) {
    return reported(caller, false, nowMillis);
  }

  /**
   * The budgets that a request of the caller belongs to only on some models, providers or backends,
   * in holding order. Visits every budget: for reports, not for requests.
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

    /** The budgets of a request that runs there. */
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
