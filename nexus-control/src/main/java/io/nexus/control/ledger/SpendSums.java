package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds up lines of the same group. Not for concurrent use. */
public final class SpendSums {

  private final SpendQuery query;
  private final Map<String, SpendLine> lines = new HashMap<>();

  /** Empty sums. */
  public SpendSums(SpendQuery query) {
    this.query = query;
  }

  /** Adds a line to its group. */
  public void add(SpendLine line) {
    lines.merge(line.group(), line, SpendLine::plus);
  }

  /** Adds a record to its groups, unless it only moves a balance. */
  public void add(SpendRecord record) {
    if (record.outcome().movesBalancesOnly()) {
      return;
    }
    for (var group : query.by().of(record, query.zone())) {
      add(
          new SpendLine(
              group,
              record.outcome() == Outcome.CORRECTION ? 0 : 1,
              record.usage().inputTokens(),
              record.usage().cachedInputTokens(),
              record.usage().outputTokens(),
              record.usage().reasoningTokens(),
              record.cost()));
    }
  }

  /** The groups, the costliest first; days in their order. */
  public List<SpendLine> lines() {
    var byName = Comparator.comparing(SpendLine::group);
    var order =
        query.by() == SpendGroup.DAY
            ? byName
            : Comparator.<SpendLine, Money>comparing(SpendLine::cost)
                .reversed()
                .thenComparing(byName);
    return lines.values().stream().sorted(order).toList();
  }
}
