package io.nexus.metrics;

import io.nexus.control.limit.LimitState;
import io.nexus.control.limit.Unit;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The meters of limits other than money. Safe for any number of threads. */
public final class LimitMeters {

  private final MeterTable table;

  LimitMeters(MeterTable table) {
    this.table = table;
  }

  /**
   * Counts one request that a limit refused.
   *
   * @param limit its name, without the value that it counts by
   */
  public void refused(String limit, Unit unit) {
    table.counter(MeterName.LIMIT_REJECTIONS, limit, unit.label()).increment();
  }

  /**
   * Publishes a limit.
   *
   * @param state its state; called at each scrape by each of two gauges, so it must be fast
   */
  public void observe(String limit, Unit unit, Supplier<LimitState> state) {
    table.reading(MeterName.LIMIT_USED, () -> state.get().used(), limit, unit.label());
    table.reading(MeterName.LIMIT_ALLOWED, () -> state.get().most(), limit, unit.label());
  }

  /**
   * Stops publishing all except these.
   *
   * @param shown the names of limits, each with that of a unit
   */
  public void retain(Set<List<String>> shown) {
    table.retain(MeterName.LIMIT_USED, shown::contains);
    table.retain(MeterName.LIMIT_ALLOWED, shown::contains);
  }
}
