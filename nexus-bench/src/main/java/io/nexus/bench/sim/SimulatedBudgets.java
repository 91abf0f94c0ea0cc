package io.nexus.bench.sim;

import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * All budgets, requested by Zipf's law: the hundredth a hundredth as often as the first. Each
 * belongs to one team and tracks what its upstreams bill.
 */
final class SimulatedBudgets {

  private final double[] cumulative;
  private final long[] limits;
  private final long[] billed;
  private long overshoot;

  SimulatedBudgets(int count) {
    cumulative = new double[count];
    limits = new long[count];
    billed = new long[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weight(i);
      cumulative[i] = sum;
    }
  }

  int count() {
    return limits.length;
  }

  /** The relative demand of a budget. */
  double weight(int budget) {
    return 1.0 / (budget + 1);
  }

  /** A random budget, weighted by demand. */
  int any(RandomGenerator random) {
    return draw(cumulative, random);
  }

  /** An index, by the running sum of the weights. */
  static int draw(double[] cumulative, RandomGenerator random) {
    double point = random.nextDouble() * cumulative[cumulative.length - 1];
    int low = 0;
    int high = cumulative.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulative[middle] < point) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  void limit(int budget, long nanos) {
    limits[budget] = nanos;
  }

  BudgetTerms terms(int budget) {
    return new BudgetTerms(
        name(budget),
        Map.of(Dimension.TEAM, name(budget)),
        new Money(limits[budget]),
        new Window.Lifetime(),
        ZoneOffset.UTC,
        100,
        HardLimitAction.REJECT,
        false);
  }

  static String name(int budget) {
    return "t" + budget;
  }

  static int numberOf(String name) {
    return Integer.parseInt(name.substring(1));
  }

  /** Adds an upstream's bill. */
  void bill(int budget, long nanos) {
    billed[budget] += nanos;
    overshoot = Math.max(overshoot, billed[budget] - limits[budget]);
  }

  long billed(int budget) {
    return billed[budget];
  }

  /** The most by which any bill has ever exceeded its limit. */
  Money overshoot() {
    return new Money(overshoot);
  }

  Money allLimits() {
    return sum(limits);
  }

  Money allBilled() {
    return sum(billed);
  }

  private static Money sum(long[] nanos) {
    long sum = 0;
    for (long each : nanos) {
      sum = Math.addExact(sum, each);
    }
    return new Money(sum);
  }
}
