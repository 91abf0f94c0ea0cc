package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import java.util.List;
import java.util.Map;

/**
 * What a ledger keeps of limits beside money: for each account and cycle, how much each gateway has
 * drawn. One of what is counted is one nano-dollar here.
 *
 * <p>Nothing is posted: what a gateway has drawn and not given back counts as used until the cycle
 * is over, whether or not the gateway lives. In a cycle without an end nothing is ever used up, so
 * there a draw counts as long as the process that has drawn lives: what a gateway that was killed
 * had in use is free again when its lease is over.
 *
 * <p>Calls are made by the thread that calls the {@link Ledger}.
 */
public interface LedgerCounts {

  /**
   * Grants counts, each draw for itself, before the answer.
   *
   * @return one standing a draw, in the same order, in which nothing is settled
   * @throws LedgerException of kind {@code FENCED} if another process has taken the name
   */
  List<Standing> draw(NodeLease lease, List<Draw> draws) throws LedgerException;

  /**
   * Returns what was drawn and will not be used; nothing to see how accounts stand.
   *
   * @return one standing an account
   */
  List<Standing> giveBack(NodeLease lease, Map<BudgetCycle, Money> amounts) throws LedgerException;

  /** Forgets what counts no more. */
  void tidy() throws LedgerException;
}
