package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import java.util.List;
import java.util.Map;

/**
 * A ledger's counts of limits other than money: for each account and cycle, how much each gateway
 * has drawn. One counted unit is one nano-dollar here.
 *
 * <p>Nothing is posted: units drawn and not given back count as used until the cycle is over,
 * whether or not the gateway lives. In a cycle without an end, units count only while the process
 * that has drawn them lives: the units of a killed gateway are free again when its lease is over.
 *
 * <p>Calls are made by the thread that calls the {@link Ledger}.
 */
public interface LedgerCounts {

  /**
   * Grants counts, each draw independently.
   *
   * @return one standing for each draw, in the same order, with nothing settled
   * @throws LedgerException of kind {@code FENCED} if another process has taken the name
   */
  List<Standing> draw(NodeLease lease, List<Draw> draws) throws LedgerException;

  /**
   * Returns counts that will not be used; zero amounts only read the standings.
   *
   * @return one standing for each account
   */
  List<Standing> giveBack(NodeLease lease, Map<BudgetCycle, Money> amounts) throws LedgerException;

  /** Deletes counts that no longer apply. */
  void tidy() throws LedgerException;
}
