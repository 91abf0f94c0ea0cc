package io.nexus.server;

import io.nexus.config.BudgetConfig;
import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Each;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import io.nexus.metrics.GatewayMeters;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.RoundingMode;

/** Reports crossings and cycle changes of budgets: in the log, once each, and in the meters. */
final class BudgetLog implements BudgetListener {

  private static final Logger LOG = System.getLogger("io.nexus.budget");

  private final GatewayMeters meters;

  BudgetLog(GatewayMeters meters) {
    this.meters = meters;
  }

  /** Logs the enforced limits at the start. */
  static void enabled(BudgetTerms terms) {
    LOG.log(
        Level.INFO,
        "Budget enforcement {0}: {1}/{2}, soft limit {3}%, action {4}{5}",
        terms.shadow() ? "in shadow mode" : "enabled",
        dollars(terms.limit()),
        period(terms.window()),
        String.valueOf(terms.softLimitPercent()),
        terms.action().label(),
        of(terms));
  }

  @Override
  public void softLimitReached(BudgetState state) {
    meters.budget().softLimitActivated();
    LOG.log(
        Level.WARNING,
        "Budget soft limit reached: {0}{1} ({2} of {3} spent)",
        state.terms().shadow() ? "none, in shadow mode" : "preferring local agents",
        of(state.terms()),
        dollars(state.spent()),
        dollars(state.limit()));
  }

  @Override
  public void hardLimitReached(BudgetState state) {
    meters.budget().hardLimitActivated();
    var action = state.terms().shadow() ? "none, in shadow mode" : state.terms().action().label();
    LOG.log(
        Level.ERROR,
        "Budget hard limit reached: {0}{1} ({2} of {3} spent, {4} held)",
        action,
        of(state.terms()),
        dollars(state.spent()),
        dollars(state.limit()),
        dollars(state.held()));
  }

  @Override
  public void refusalWaived(BudgetTerms terms) {
    if (terms.shadow() && terms.action() != HardLimitAction.WARN) {
      meters.budget().shadowDecisions(label(terms.name()), terms.action()).increment();
    }
  }

  /** Budgets of values are too many for labels, so they count under their plan's name. */
  private static String label(String budget) {
    int slash = budget.indexOf(Each.SEPARATOR);
    return slash < 0 || budget.startsWith("key/") || budget.startsWith(BudgetConfig.TEAM)
        ? budget
        : budget.substring(0, slash);
  }

  @Override
  public void cycleTurned(BudgetState state) {
    if (!label(state.terms().name()).equals(state.terms().name())) {
      return; // There may be very many, and each has its own cycle.
    }
    var what = state.terms().window() instanceof Window.Monthly ? "Monthly budget" : "Budget";
    LOG.log(
        Level.INFO, "{0} reset: {1} available{2}", what, dollars(state.limit()), of(state.terms()));
  }

  private static String of(BudgetTerms terms) {
    return terms.name().equals(BudgetTerms.GLOBAL) ? "" : " [" + terms.name() + "]";
  }

  private static String period(Window window) {
    return switch (window) {
      case Window.Hourly _ -> "hour";
      case Window.Daily _ -> "day";
      case Window.Weekly _ -> "week";
      case Window.Monthly _ -> "month";
      case Window.Lifetime _ -> "lifetime";
      case Window.Every every -> every.length().toString();
    };
  }

  /** At least two decimals, more if the amount has more. */
  private static String dollars(Money amount) {
    var usd = amount.toUsd();
    return "$" + (usd.scale() < 2 ? usd.setScale(2, RoundingMode.UNNECESSARY) : usd);
  }
}
