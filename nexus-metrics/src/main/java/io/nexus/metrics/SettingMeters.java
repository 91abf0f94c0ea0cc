package io.nexus.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** The meters of changes at run time. Safe for any number of threads. */
public final class SettingMeters {
  private final MeterTable table;
  private final LongAdder applied;
  private final LongAdder refused;

  SettingMeters(MeterTable table) {
    this.table = table;
    applied = table.counter(MeterName.CONFIG_RELOADS, "applied");
    refused = table.counter(MeterName.CONFIG_RELOADS, "refused");
  }

  /**
   * Publishes the version of the applied changes.
   *
   * @param version the number of the last one; called at each scrape, so it must be fast
   */
  public void observe(LongSupplier version) {
    table.reading(MeterName.SETTINGS_VERSION, version::getAsLong);
  }

  /** Counts one reload of the configuration. */
  public void reloaded(boolean inForce) {
    (inForce ? applied : refused).increment();
  }
}
