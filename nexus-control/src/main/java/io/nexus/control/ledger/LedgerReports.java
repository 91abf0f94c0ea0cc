package io.nexus.control.ledger;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a ledger can be asked, and the few things that are done to it as a whole, all of them also
 * while gateways run on it.
 *
 * <p>Safe for concurrent use by platform threads; every call may block on a disk or a network.
 */
public interface LedgerReports extends AutoCloseable {

  /** Writes down which backends have what clients may refer to; a ledger may leave it. */
  default void keep(List<KeptAnswer> answers) throws LedgerException {}

  /** What was written down of that id. */
  default Optional<KeptAnswer> kept(String id) throws LedgerException {
    return Optional.empty();
  }

  /** Forgets what was written down of that id. */
  default void forget(String id) throws LedgerException {}

  /** Writes down an answer that is being made; a ledger may leave it. */
  default void begun(PendingAnswer answer) throws LedgerException {}

  /** What a gateway has had written down and not forgotten, the oldest first. */
  default List<PendingAnswer> unfinished(String node) throws LedgerException {
    return List.of();
  }

  /** Forgets an answer that was being made. */
  default void finished(RecordId attempt) throws LedgerException {}

  /** All budgets' cycles, by name and then by start. */
  List<Balance> balances() throws LedgerException;

  /** All that gateways have drawn and not settled. */
  List<Grant> grants() throws LedgerException;

  /** Spend in groups, the costliest first; days in their order. */
  List<SpendLine> spend(SpendQuery query) throws LedgerException;

  /** Spend in groups and over time, in the order of time. */
  default List<SpendSlice> slices(SpendQuery query, SpendStep step) throws LedgerException {
    var slices = new SpendSlices(query, step);
    records(query, slices::add);
    return slices.slices();
  }

  /**
   * The last records, the newest first; {@link SpendQuery#by} does not matter.
   *
   * @param before the record that the last page ended with; empty for the first page
   * @param max how many at most
   */
  default List<SpendRecord> latest(SpendQuery query, List<SpendRecord.Place> before, int max)
      throws LedgerException {
    var newest = new NewestRecords(query, before, max);
    records(query, newest::add);
    return newest.records();
  }

  /** Hands over each record in the order of time; {@link SpendQuery#by} does not matter. */
  void records(SpendQuery query, Consumer<SpendRecord> each) throws LedgerException;

  /** Checks that the records add up to every balance, and the grants to what is outstanding. */
  Audit verify() throws LedgerException;

  /**
   * Corrects what was charged. No record is changed: for each that should have been charged
   * something else, a correction over the difference is entered and charged to the same budgets and
   * cycles. What was spent before a budget was set back stays forgiven: a correction of it moves no
   * balance. Doing it twice has no further effect.
   *
   * @param query which records; {@link SpendQuery#by} does not matter
   * @param rule what they should have been charged
   * @param at the time of the corrections
   */
  Corrected correct(SpendQuery query, Due.Rule rule, Instant at) throws LedgerException;

  /**
   * What {@link #carry} would carry.
   *
   * @return one for each cycle that has something to carry
   */
  List<Carried> carryable(String budget, BudgetCycle to) throws LedgerException;

  /**
   * Counts what was spent on a budget within a cycle on that cycle too: after a budget was renamed,
   * or its window or zone changed, the running cycle is not to start afresh. Of cycles of the
   * budget that lie within, all counts; of those that only overlap, the records from within. Doing
   * it twice has no further effect but for what was spent in between.
   *
   * @param budget the name under which it was spent
   * @param to the cycle that is to know of it
   * @param at the time of the records that say so
   * @return what was carried
   */
  List<Carried> carry(String budget, BudgetCycle to, Instant at) throws LedgerException;

  /**
   * The records of changes of settings, the newest first.
   *
   * @param before only those with a lower version
   * @param max how many at most
   */
  List<SettingChange> settingChanges(long before, int max) throws LedgerException;

  /** The settings of a kind that are in force, in the order of their versions. */
  List<Setting> settings(String kind) throws LedgerException;

  /**
   * Removes the records from before an instant, and cycles that ended before it. Balances keep what
   * the removed records add up to, and a removed record that is posted again has no effect.
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
