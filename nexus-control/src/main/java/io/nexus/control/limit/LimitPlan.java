package io.nexus.control.limit;

import io.nexus.control.budget.BudgetPlan;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Each;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of one limit: the configured terms and what administrators have changed.
 *
 * @param terms the configured terms
 * @param change the changes of the whole limit
 * @param values the changes for single values, keyed by their shown form
 */
public record LimitPlan(LimitTerms terms, Change change, Map<String, Change> values) {

  private static final Window ALWAYS = new Window.Lifetime();

  /** Copies the map. */
  public LimitPlan {
    values = Map.copyOf(values);
  }

  /**
   * Administrators' changes.
   *
   * @param most the changed maximum of each unit
   * @param disabled whether requests ignore it
   */
  public record Change(Map<Unit, Long> most, boolean disabled) {

    /** No change. */
    public static final Change NONE = new Change(Map.of(), false);

    /** Copies the map. */
    public Change {
      most = Map.copyOf(most);
    }
  }

  /** The configured terms without changes. */
  public static LimitPlan of(LimitTerms terms) {
    return new LimitPlan(terms, Change.NONE, Map.of());
  }

  /** The maximum of each unit; for each value if it counts by value. */
  public Map<Unit, Long> most() {
    var most = new EnumMap<Unit, Long>(Unit.class);
    most.putAll(terms.most());
    most.putAll(change.most);
    return most;
  }

  /** The plan of its account of a limited unit; one unit is one nano-dollar there. */
  BudgetPlan account(Unit unit) {
    var plan =
        new BudgetPlan(
            accountTerms(unit),
            new Money(most().getOrDefault(unit, 0L)),
            List.of(),
            change.disabled);
    return terms
        .each()
        .map(each -> plan.each(new Each(each.per(), each.maxValues(), variants(unit))))
        .orElse(plan);
  }

  private Map<String, Each.Variant> variants(Unit unit) {
    var variants = new HashMap<String, Each.Variant>();
    values.forEach(
        (value, other) ->
            variants.put(
                value,
                new Each.Variant(
                    Optional.ofNullable(other.most.get(unit)).map(Money::new),
                    List.of(),
                    other.disabled)));
    return variants;
  }

  private BudgetTerms accountTerms(Unit unit) {
    return new BudgetTerms(
        unit.account(terms.name()),
        terms.match(),
        new Money(terms.most().getOrDefault(unit, 0L)),
        unit == Unit.PARALLEL ? ALWAYS : terms.window(),
        terms.zone(),
        100,
        terms.action(),
        false);
  }
}
