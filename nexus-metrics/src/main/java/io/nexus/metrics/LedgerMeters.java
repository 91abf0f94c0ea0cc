package io.nexus.metrics;

import io.nexus.control.money.Money;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The gateway's dealings with a durable ledger. Safe for any number of threads. */
public final class LedgerMeters {
  private final MeterTable table;
  private final LongAdder draws;
  private final LongHistogram drawTime;
  private final LongAdder errors;
  private final LongAdder unsecured;

  LedgerMeters(MeterTable table) {
    this.table = table;
    draws = table.counter(MeterName.LEDGER_DRAWS);
    drawTime = table.histogram(MeterName.LEDGER_DRAW_TIME);
    errors = table.counter(MeterName.LEDGER_ERRORS);
    unsecured = table.counter(MeterName.BUDGET_UNSECURED);
  }

  /**
   * Shows the ledger's state from now on; asked at each scrape, so it must not go to the database.
   *
   * @param outstanding what this gateway has drawn and not yet posted as spent
   * @param stranded what gateways that are gone have drawn and nobody has reclaimed
   * @param recordsPending how many spend records wait to be written
   */
  public void observe(
      Supplier<Money> outstanding, Supplier<Money> stranded, LongSupplier recordsPending) {
    table.reading(MeterName.LEDGER_OUTSTANDING, () -> outstanding.get().nanos() / PageWriter.NANOS);
    table.reading(MeterName.LEDGER_STRANDED, () -> stranded.get().nanos() / PageWriter.NANOS);
    table.reading(MeterName.LEDGER_RECORDS_PENDING, recordsPending::getAsLong);
  }

  /**
   * Records one draw, granted or not.
   *
   * @param nanos nanoseconds until the ledger's answer
   */
  public void drew(long nanos) {
    draws.increment();
    drawTime.record(nanos);
  }

  /** Counts one operation that failed. */
  public void failed() {
    errors.increment();
  }

  /** Counts what a request holds that was admitted while the ledger was away. */
  public void unsecured(Money uncovered) {
    unsecured.add(uncovered.nanos());
  }
}
