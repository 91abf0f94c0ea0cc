package io.nexus.metrics;

import io.nexus.control.money.Money;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The meters of a gateway's durable ledger. Safe for any number of threads. */
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
   * Publishes the ledger's state. Called at each scrape, so the suppliers must not query the
   * database.
   *
   * @param outstanding the money that this gateway has drawn and not yet posted
   * @param stranded the money that dead gateways have drawn and that is not reclaimed
   * @param recordsPending the number of records not yet posted
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

  /** Counts the uncovered part of a hold that was admitted while the ledger was unreachable. */
  public void unsecured(Money uncovered) {
    unsecured.add(uncovered.nanos());
  }
}
