package io.nexus.bench.micro;

import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Zone;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Budgets to measure: some to which one caller's requests belong, among many others. */
final class SampleBudgets {
  /** The caller of the first budgets. */
  static final Caller CALLER = new Caller("key", "team", "user", List.of("tag"));

  /** The backend that their requests go to. */
  static final Backend BACKEND =
      new Backend(
          "cloud", "openai", "openai", Location.CLOUD, Zone.OPEN, 100, 3, 64, Set.of(Api.values()));

  /** The time of all operations. */
  static final long NOW_MILLIS = 1_800_000_000_000L;

  /** A limit that no benchmark reaches. */
  private static final Money LIMIT = Money.usd("1000000000");

  private static final int SOFT_LIMIT_PERCENT = 80;

  private static final List<Map<Dimension, String>> MATCHING =
      List.of(
          Map.of(),
          Map.of(Dimension.TEAM, "team"),
          Map.of(Dimension.USER, "user"),
          Map.of(Dimension.KEY, "key"),
          Map.of(Dimension.TAG, "tag"));

  private SampleBudgets() {}

  /**
   * A book of budgets.
   *
   * @param matching how many {@link #CALLER} belongs to, at most 5
   * @param configured how many there are in all; the others are other users'
   */
  static Budgets book(int matching, int configured, Window window) {
    var terms = new ArrayList<BudgetTerms>(configured);
    for (int i = 0; i < configured; i++) {
      var match = i < matching ? MATCHING.get(i) : Map.of(Dimension.USER, "user-" + i);
      terms.add(
          new BudgetTerms(
              "budget-" + i,
              match,
              LIMIT,
              window,
              ZoneOffset.UTC,
              SOFT_LIMIT_PERCENT,
              HardLimitAction.REJECT,
              false));
    }
    return new Budgets(terms, BudgetListener.NONE, NOW_MILLIS);
  }
}
