package io.nexus.control.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up lines of the same group and time slice. Not for concurrent use. */
public final class SpendSlices {

  private final SpendQuery query;
  private final SpendStep step;
  private final Map<Instant, SpendSums> sums = new TreeMap<>();

  /** Empty sums. */
  public SpendSlices(SpendQuery query, SpendStep step) {
    this.query = query;
    this.step = step;
  }

  /** Adds a line at the given time to its group. */
  public void add(Instant at, SpendLine line) {
    slice(at).add(line);
  }

  /** Adds a record to its groups, unless it only moves a balance. */
  public void add(SpendRecord record) {
    if (!record.outcome().movesBalancesOnly()) {
      slice(record.at()).add(record);
    }
  }

  private SpendSums slice(Instant at) {
    return sums.computeIfAbsent(step.startOf(at, query.zone()), _ -> new SpendSums(query));
  }

  /** The slices in order of time; within a time the costliest group first. */
  public List<SpendSlice> slices() {
    return sums.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().lines().stream().map(line -> new SpendSlice(entry.getKey(), line)))
        .toList();
  }
}
