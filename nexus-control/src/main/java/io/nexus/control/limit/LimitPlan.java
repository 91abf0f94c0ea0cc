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
 * What is to hold for one limit: what was laid down, and what administrators have changed of it.
 *
 * @param terms what was laid down
 * @param change what is different for the whole limit
 * @param values what is different for single values that it counts by, as names show them
 */
public record LimitPlan(LimitTerms terms, Change change, Map<String, Change> values) {

  private static final Window ALWAYS = new Window.Lifetime();

  /** Copies the map. */
  public LimitPlan {
    values = Map.copyOf(values);
  }

  /**
   * What administrators have changed.
   *
   * @param most what is allowed of these units instead of what was laid down
   * @param disabled whether requests leave it alone
   */
  public record Change(Map<Unit, Long> most, boolean disabled) {

    /** Nothing. */
    public static final Change NONE = new Change(Map.of(), false);

    /** Copies the map. */
    public Change {
      most = Map.copyOf(most);
    }
  }

  /** What was laid down, unchanged. */
  public static LimitPlan of(LimitTerms terms) {
    return new LimitPlan(terms, Change.NONE, Map.of());
  }

  /** How much of each unit is allowed, to each value if it counts by value. */
  public Map<Unit, Long> most() {
    var most = new EnumMap<Unit, Long>(Unit.class);
    most.putAll(terms.most());
    most.putAll(change.most);
    return most;
  }

  /** The plan of its account of a unit that it limits: one of a unit is one nano-dollar there. */
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
