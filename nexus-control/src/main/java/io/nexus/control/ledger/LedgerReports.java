package io.nexus.control.ledger;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Queries of a ledger, and maintenance of it as a whole; both also while gateways use it.
 *
 * <p>Safe for concurrent use by platform threads; every call may block on a disk or a network.
 */
public interface LedgerReports extends AutoCloseable {

  /** Stores which backends have the answers that clients may refer to. Optional for a ledger. */
  default void keep(List<KeptAnswer> answers) throws LedgerException {}

  /** The stored answer of that id. */
  default Optional<KeptAnswer> kept(String id) throws LedgerException {
    return Optional.empty();
  }

  /** Deletes the stored answer of that id. */
  default void forget(String id) throws LedgerException {}

  /** Stores an answer that a backend is generating. Optional for a ledger. */
  default void begun(PendingAnswer answer) throws LedgerException {}

  /** The pending answers that a gateway has stored, oldest first. */
  default List<PendingAnswer> unfinished(String node) throws LedgerException {
    return List.of();
  }

  /** Deletes a pending answer. */
  default void finished(RecordId attempt) throws LedgerException {}

  /** All budgets' cycles, by name and then by start. */
  List<Balance> balances() throws LedgerException;

  /** All money that gateways have drawn and not settled. */
  List<Grant> grants() throws LedgerException;

  /** Spend in groups, costliest first; days in order. */
  List<SpendLine> spend(SpendQuery query) throws LedgerException;

  /** Spend by group and time slice, in order of time. */
  default List<SpendSlice> slices(SpendQuery query, SpendStep step) throws LedgerException {
    var slices = new SpendSlices(query, step);
    records(query, slices::add);
    return slices.slices();
  }

  /**
   * The last records, the newest first; {@link SpendQuery#by} is ignored.
   *
   * @param before the last record of the previous page; empty for the first page
   * @param max how many at most
   */
  default List<SpendRecord> latest(SpendQuery query, List<SpendRecord.Place> before, int max)
      throws LedgerException {
    var newest = new NewestRecords(query, before, max);
    records(query, newest::add);
    return newest.records();
  }

  /** Passes each record to {@code each}, in order of time; {@link SpendQuery#by} is ignored. */
  void records(SpendQuery query, Consumer<SpendRecord> each) throws LedgerException;

  /**
   * Checks that the records add up to every balance's settled spend, and the grants to its
   * outstanding money.
   */
  Audit verify() throws LedgerException;

  /**
   * Corrects charges. No record is changed: for each wrong charge, a correction of the difference
   * is entered and charged to the same budgets and cycles. Spend from before a budget's reset stays
   * forgiven: its correction moves no balance. A second call has no further effect.
   *
   * @param query the records; {@link SpendQuery#by} is ignored
   * @param rule decides the right charge
   * @param at the time of the corrections
   */
  Corrected correct(SpendQuery query, Due.Rule rule, Instant at) throws LedgerException;

  /**
   * The spend that {@link #carry} would carry.
   *
   * @return one for each cycle with spend to carry
   */
  List<Carried> carryable(String budget, BudgetCycle to) throws LedgerException;

  /**
   * Counts spend of a budget on another cycle too, so that the running cycle does not start from
   * zero after a budget was renamed or its window or zone was changed. Cycles that lie within
   * {@code to} count whole; of cycles that only overlap, the records within it count. A second call
   * carries only what was spent in between.
   *
   * @param budget the budget under which it was spent
   * @param to the cycle on which it counts as well
   * @param at the time of the carrying records
   * @return the spend carried
   */
  List<Carried> carry(String budget, BudgetCycle to, Instant at) throws LedgerException;

  /**
   * The recorded changes of settings, newest first.
   *
   * @param before only those with a lower version
   * @param max how many at most
   */
  List<SettingChange> settingChanges(long before, int max) throws LedgerException;

  /** The settings of a kind that are in force, in the order of their versions. */
  List<Setting> settings(String kind) throws LedgerException;

  /**
   * Deletes the records from before an instant, and the cycles that ended before it. Balances keep
   * the sums of deleted records, and posting a deleted record again has no effect.
   *
   * @return how many records
   */
  long prune(Instant before) throws LedgerException;

  /**
   * Writes a consistent copy.
   *
   * @param file must not exist
   * @throws LedgerException if it exists, or if this kind of ledger is copied by other means, which
   *     the message names
   */
  void backup(Path file) throws LedgerException;

  /** Closes files and connections. */
  @Override
  void close() throws LedgerException;
}
