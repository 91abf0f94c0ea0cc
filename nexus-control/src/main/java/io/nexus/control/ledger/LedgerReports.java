package io.nexus.control.ledger;

import io.nexus.control.money.Price;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a ledger can be asked, and the few things that are done to it as a whole, all of them also
 * while gateways run on it.
 *
 * <p>Safe for concurrent use by platform threads; every call may block on a disk or a network.
 */
public interface LedgerReports extends AutoCloseable {

  /** All budgets' cycles, by name and then by start. */
  List<Balance> balances() throws LedgerException;

  /** All that gateways have drawn and not settled. */
  List<Grant> grants() throws LedgerException;

  /** Spend in groups, the costliest first; days in their order. */
  List<SpendLine> spend(SpendQuery query) throws LedgerException;

  /** Hands over each record in the order of time; {@link SpendQuery#by} does not matter. */
  void records(SpendQuery query, Consumer<SpendRecord> each) throws LedgerException;

  /** Checks that the records add up to every balance, and the grants to what is outstanding. */
  Audit verify() throws LedgerException;

  /**
   * Corrects what was charged at a wrong price. No record is changed: for each whose cost is
   * another now, a correction over the difference is entered and charged to the same budgets and
   * cycles. Doing it twice has no further effect.
   *
   * @param query which records; {@link SpendQuery#by} does not matter
   * @param prices the right price of a record; empty to leave it
   * @param at the time of the corrections
   */
  Repriced reprice(SpendQuery query, Function<SpendRecord, Optional<Price>> prices, Instant at)
      throws LedgerException;

  /**
   * Removes the records from before an instant, and cycles that ended before it. Balances keep what
   * the removed records add up to.
   *
   * @return how many records
   */
  long prune(Instant before) throws LedgerException;

  /**
   * Writes a consistent copy.
   *
   * @param file must not exist
   * @throws LedgerException if it does, or if such a ledger is copied by other means, which the
   *     message names
   */
  void backup(Path file) throws LedgerException;

  /** Lets go of files and connections. */
  @Override
  void close() throws LedgerException;
}
