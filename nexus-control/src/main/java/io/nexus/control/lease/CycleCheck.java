package io.nexus.control.lease;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.LedgerException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks, before a cycle is used for the first time, whether the ledger has the same money in a
 * cycle with other bounds: after a budget's zone, start day or window was changed, or if another
 * gateway is configured differently.
 *
 * <p>If other gateways are alive and their cycle is about as long, this gateway follows it until it
 * is over, so that all spend one limit. Otherwise the spend of the overlap is carried over. Spend
 * of budgets that no gateway has any more, perhaps because they were renamed, is logged once, with
 * the command that carries it over.
 *
 * <p>For the ledger's thread alone.
 */
final class CycleCheck {

  private static final Logger LOG = System.getLogger(CycleCheck.class.getName());

  private final LedgerSession session;
  private final LeasedAccounts accounts;
  private final Set<String> budgets = new HashSet<>();
  private final Set<BudgetCycle> followed = new HashSet<>();
  private boolean warned;

  CycleCheck(LedgerSession session, LeasedAccounts accounts) {
    this.session = session;
    this.accounts = accounts;
  }

  /** Checks the cycles that are not checked yet. */
  void run() throws LedgerException, IOException {
    var unchecked = accounts.unchecked();
    if (unchecked.isEmpty()) {
      return;
    }
    var now = session.clock().instant();
    var cycles = unchecked.stream().map(account -> account.charge).toList();
    var running = session.call((ledger, _) -> ledger.begin(cycles, now));
    followed.removeIf(charge -> charge.cycle().end().isBefore(now));
    var ofBudget =
        running.stream().map(Balance::charge).collect(Collectors.groupingBy(BudgetCycle::budget));
    for (var account : unchecked) {
      if (!followed.contains(account.charge)) {
        check(account, ofBudget.getOrDefault(account.charge.budget(), List.of()));
      }
      account.checked();
      if (!warned) {
        budgets.add(account.charge.budget());
      }
    }
  }

  private void check(LeasedAccount account, List<BudgetCycle> running)
      throws LedgerException, IOException {
    for (var other : running) {
      if (!other.equals(account.charge)) {
        if (session.nodes() > 1 && areAlike(other.cycle(), account.charge.cycle())) {
          followed.add(other);
          follow(account, other.cycle());
        } else {
          carry(account.charge);
        }
        return;
      }
    }
  }

  /**
   * The ledger does this itself at the first draw; done here so that the figures are right before.
   */
  private void carry(BudgetCycle to) throws LedgerException, IOException {
    var at = session.clock().instant();
    session.call((ledger, _) -> ledger.carry(to.budget(), to, at));
  }

  /** Whether the cycles are about equally long. */
  private static boolean areAlike(Cycle a, Cycle b) {
    if (a.endMillis() == Long.MAX_VALUE || b.endMillis() == Long.MAX_VALUE) {
      return false;
    }
    var longer = Duration.between(a.start(), a.end());
    var shorter = Duration.between(b.start(), b.end());
    if (longer.compareTo(shorter) < 0) {
      return areAlike(b, a);
    }
    return longer.multipliedBy(2).compareTo(shorter.multipliedBy(3)) <= 0;
  }

  private void follow(LeasedAccount account, Cycle cycle) {
    LOG.log(
        Level.WARNING,
        "Budget "
            + account.charge.budget()
            + ": its cycle is from "
            + account.charge.cycle().start()
            + " to "
            + account.charge.cycle().end()
            + " here, and from "
            + cycle.start()
            + " to "
            + cycle.end()
            + " on the ledger, where other gateways spend it: that one holds until it is over; give"
            + " all gateways of a ledger the same time_zone and window");
    accounts.remove(account);
    account.share.follow(cycle);
  }

  /** Logs the budgets of the ledger that are none of the checked ones, once all are checked. */
  void warnOfUnknownBudgets() throws LedgerException, IOException {
    if (warned) {
      return;
    }
    warned = true;
    var now = session.clock().instant();
    if (session.nodes() > 1) {
      return;
    }
    for (var balance : session.call((ledger, _) -> ledger.running(now))) {
      var name = balance.charge().budget();
      if (!budgets.contains(name) && balance.settled().nanos() > 0) {
        LOG.log(
            Level.WARNING,
            "Ledger: budget "
                + name
                + " is not configured here, and $"
                + balance.settled()
                + " was spent on it since "
                + balance.charge().cycle().start()
                + ": if it was renamed, nexus ledger carry --from "
                + name
                + " --to NEW counts that on the new one");
      }
    }
  }
}
