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
 * <p>For each budget and cycle it keeps what is settled, S, and what gateways have drawn and not
 * yet settled, A. A draw succeeds only while {@code S + A} stays within the limit, so however many
 * gateways spend what they have drawn, together they cannot pass the limit. A draw is on disk
 * before it is answered. What a gateway has drawn stays in A until that gateway posts it as spend
 * or gives it back, or until its next incarnation answers for it: a gateway that dies never frees
 * money that it may have spent.
 *
 * <p>Every call may block on a disk or a network. The calls declared here are made by one platform
 * thread a gateway; those of {@link LedgerReports} by any platform thread.
 */
public interface Ledger extends LedgerReports {

  /**
   * What processes that have stopped renewing, or whose name another has taken, have drawn and not
   * settled, over all budgets.
   */
  Money stranded() throws LedgerException;

  /**
   * Begins cycles, but for those of a budget that has another running one. Where two gateways begin
   * different cycles of a budget at once, one comes first, and the other is told of its cycle.
   *
   * @param cycles running ones
   * @return the balances of those budgets' cycles that the moment lies in, those that were begun
   *     among them
   */
  List<Balance> begin(Collection<BudgetCycle> cycles, Instant at) throws LedgerException;

  /**
   * The balances of all cycles that the moment lies in, but for those of budgets whose names have a
   * slash: of values, keys and teams, of which there may be very many.
   */
  List<Balance> running(Instant at) throws LedgerException;

  /** The ledger's clock, which decides for all gateways when a cycle ends. */
  Instant now() throws LedgerException;

  /**
   * Takes a node's name for a process. A former incarnation of the node may from now on post and
   * give back, but not draw.
   *
   * @param node the gateway's name among those that share the ledger
   * @param incarnation names the process; never used before
   * @param ttl a node that has not renewed for so long counts as dead
   */
  NodeLease join(String node, String incarnation, Duration ttl) throws LedgerException;

  /**
   * Shows that the process lives.
   *
   * @return how many nodes live, this one included
   * @throws LedgerException of kind {@code FENCED} if another process has taken the name
   */
  int renew(NodeLease membership) throws LedgerException;

  /** Gives the node's name up; what it has drawn must have been given back. */
  void leave(NodeLease membership) throws LedgerException;

  /**
   * Grants money, each draw for itself, all durably before the answer.
   *
   * @return one position a draw, in the same order; {@link Standing#granted} is zero for a draw of
   *     which not even the least fits
   * @throws LedgerException of kind {@code FENCED} if another process has taken the name; nothing
   *     is granted then
   */
  List<Standing> draw(NodeLease membership, List<Draw> draws) throws LedgerException;

  /**
   * Returns money that was drawn and will not be spent. More than is outstanding counts as all that
   * is.
   *
   * @return one position a budget and cycle
   */
  List<Standing> giveBack(NodeLease membership, Map<BudgetCycle, Money> amounts)
      throws LedgerException;

  /**
   * Enters spend. A record whose attempt is entered already has no effect, so a batch may be posted
   * again. Each new one moves its cost from what the incarnation has drawn to what is settled on
   * every budget that it is charged to; what the grant does not cover is settled all the same.
   *
   * @param node whose grant pays
   * @param incarnation whose grant pays; it need not be the current one
   * @return one position for each budget and cycle that the records are charged to, whether or not
   *     they are new
   */
  List<Standing> post(String node, String incarnation, List<SpendRecord> records)
      throws LedgerException;

  /**
   * Takes back what a budget's cycle has cost until a moment, by a record of outcome {@code
   * FORGIVEN}. What is outstanding stays so, and what was spent after the moment, too. A record
   * from before it that is posted later, by whomever, is entered and moves no balance.
   *
   * @param id of the record; a second call with the same id has no effect
   * @param at the moment; of its millisecond, what is posted already counts as before
   */
  void forgive(BudgetCycle charge, String id, Instant at) throws LedgerException;

  /**
   * The settings that have changed since a version, those that were removed included, in the order
   * of their versions.
   *
   * @param version 0 for all
   */
  List<Setting> settingsSince(long version) throws LedgerException;

  /**
   * Keeps a change of settings, durably before the answer. All changes have one order; whoever sees
   * one with {@link #settingsSince} has seen, or sees, all before it.
   */
  SettingOutcome change(SettingEdit edit) throws LedgerException;

  /** What it keeps of limits beside money. */
  LedgerCounts counts();

  /**
   * Frees what an incarnation has drawn and not settled. To be called by who knows that it has
   * ended and that all that it spent is posted.
   */
  void release(String node, String incarnation) throws LedgerException;

  /**
   * Charges what an incarnation has drawn and not settled as lost, since nobody knows any more how
   * much of it was spent.
   *
   * @param at the time of the records that say so
   */
  void forfeit(String node, String incarnation, Instant at) throws LedgerException;
}
