package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The durable account of all budgets, which one or more gateways share.
 *
 * <p>For each budget and cycle it keeps two sums: S, the settled spend, and A, the money that
 * gateways have drawn and not yet settled. A draw succeeds only while {@code S + A} stays within
 * the limit, so any number of gateways together cannot exceed it. A draw is on disk before it is
 * answered. Drawn money stays in A until the gateway posts it as spend or gives it back, or until
 * the gateway's next process settles it. So the death of a gateway never frees money that it may
 * have spent.
 *
 * <p>Every call may block on a disk or a network. The calls declared here are made by one platform
 * thread a gateway; those of {@link LedgerReports} by any platform thread.
 */
public interface Ledger extends LedgerReports {

  /**
   * Money drawn and not settled by processes that have stopped renewing or lost their name, over
   * all budgets.
   */
  Money stranded() throws LedgerException;

  /**
   * Begins cycles, except for a budget that already has another running one. If two gateways begin
   * different cycles of a budget at once, the first succeeds, and the second gets the first one's
   * cycle.
   *
   * @param cycles cycles that contain the moment
   * @return the balances of those budgets' cycles that contain the moment, new ones included
   */
  List<Balance> begin(Collection<BudgetCycle> cycles, Instant at) throws LedgerException;

  /**
   * The balances of all cycles that contain the moment, except those of budgets with a slash in
   * their name: budgets of values, keys and teams, which may be very many.
   */
  List<Balance> running(Instant at) throws LedgerException;

  /**
   * Whether several gateways may use it at the same time, so that settings may change elsewhere.
   */
  default boolean isShared() {
    return true;
  }

  /** The ledger's clock, which decides for all gateways when a cycle ends. */
  Instant now() throws LedgerException;

  /**
   * Registers a process under a node's name. A former process of the node may afterwards post and
   * give back, but not draw.
   *
   * @param node the gateway's name among those that share the ledger
   * @param incarnation identifies the process; never used before
   * @param ttl a node that has not renewed for this long counts as dead
   */
  NodeLease join(String node, String incarnation, Duration ttl) throws LedgerException;

  /**
   * Registers the same process again: the limits that it has reported by draws hold no longer,
   * until its next draws report them. Its former registration may not draw. May be repeated if an
   * answer was lost.
   *
   * @throws LedgerException of kind {@code FENCED} if another process has taken the name
   */
  NodeLease joinAgain(NodeLease membership) throws LedgerException;

  /**
   * Shows that the process lives.
   *
   * @return the number of nodes alive, this one included
   * @throws LedgerException of kind {@code FENCED} if another process has taken the name
   */
  int renew(NodeLease membership) throws LedgerException;

  /** Gives the node's name up; the node must have given all drawn money back. */
  void leave(NodeLease membership) throws LedgerException;

  /**
   * Grants money, each draw independently; the grants are durable before this returns.
   *
   * @return one standing for each draw, in the same order; {@link Standing#granted} is zero if not
   *     even the least amount fits
   * @throws LedgerException of kind {@code FENCED} if another process has taken the name; nothing
   *     is granted then
   */
  List<Standing> draw(NodeLease membership, List<Draw> draws) throws LedgerException;

  /**
   * Returns money that was drawn and will not be spent; at most the outstanding amount.
   *
   * @return one standing for each budget and cycle
   */
  List<Standing> giveBack(NodeLease membership, Map<BudgetCycle, Money> amounts)
      throws LedgerException;

  /**
   * Enters spend. A record that is already entered has no effect, so a batch may be posted again.
   * Each new record moves its cost from the process's drawn money to the settled spend, on every
   * budget that it is charged to. Cost beyond the grant is settled too.
   *
   * @param node the node whose grant pays
   * @param incarnation the process whose grant pays; need not be the current one
   * @return one standing for each budget and cycle to which the records are charged, new or not
   */
  List<Standing> post(String node, String incarnation, List<SpendRecord> records)
      throws LedgerException;

  /**
   * Forgives the spend of a budget's cycle up to a moment, by a record of outcome {@code FORGIVEN}.
   * Outstanding money and spend after the moment are unaffected. An earlier record that any gateway
   * posts later is entered and moves no balance.
   *
   * @param id of the record; a second call with the same id has no effect
   * @param at the moment; records of the same millisecond count as earlier if they are already
   *     posted
   */
  void forgive(BudgetCycle charge, String id, Instant at) throws LedgerException;

  /**
   * The settings changed since a version, in the order of their versions; removed ones included.
   *
   * @param version 0 for all
   */
  List<Setting> settingsSince(long version) throws LedgerException;

  /**
   * Stores a change of settings durably before it returns. All changes have one order; {@link
   * #settingsSince} never returns a change before the earlier ones.
   */
  SettingOutcome change(SettingEdit edit) throws LedgerException;

  /** The counts of limits other than money. */
  LedgerCounts counts();

  /**
   * Frees the money that a process has drawn and not settled. The caller must know that the process
   * has ended and that all its spend is posted.
   */
  void release(String node, String incarnation) throws LedgerException;

  /**
   * Charges the money that a process has drawn and not settled as lost, because it is not known how
   * much of it was spent.
   *
   * @param at the time of the resulting records
   */
  void forfeit(String node, String incarnation, Instant at) throws LedgerException;
}
