package io.nexus.bench.money;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a scenario, in dollars.
 *
 * @param measured whether the gateway served or refused anything: one that cannot serve the
 *     scenario also loses nothing
 * @param budget the budget
 * @param billed what the provider billed
 * @param charged the spend reported by the gateway; null, like the figures derived from it, if the
 *     gateway cannot be queried
 * @param overspent billed beyond the budget
 * @param falselyRefused the largest rest of the budget at the refusal of a request that it could
 *     have paid for; necessary worst-case charges do not count as rest
 * @param unbilled billed by the provider and not charged
 * @param billedTwice charged beyond what the provider can have billed
 * @param recordsLost charged before the gateway was killed, and missing afterwards
 * @param commands that repeat it
 */
record MoneyResult(
    String scenario,
    String description,
    boolean measured,
    int requests,
    int served,
    int refused,
    int failed,
    BigDecimal budget,
    BigDecimal billed,
    @Nullable BigDecimal charged,
    BigDecimal overspent,
    BigDecimal falselyRefused,
    @Nullable BigDecimal unbilled,
    @Nullable BigDecimal billedTwice,
    @Nullable BigDecimal recordsLost,
    List<String> commands) {

  /** Figures in nano-dollars; {@code -1} if not known. */
  record Figures(
      long budget,
      long billed,
      long most,
      long worstPrice,
      long charged,
      long chargedBefore,
      boolean refusedAtEnd) {}

  /** The numbers of requests served, refused and failed. */
  record Fates(int served, int refused, int failed) {
    int all() {
      return served + refused + failed;
    }
  }

  static MoneyResult of(
      MoneyScenario scenario, Fates fates, Figures figures, List<String> commands) {
    boolean isKnown = figures.charged() >= 0;
    long left = figures.budget() - figures.billed();
    long believed = Math.max(figures.billed(), Math.min(figures.charged(), figures.most()));
    long free = figures.budget() - believed;
    boolean isFalse = figures.refusedAtEnd() && free >= figures.worstPrice();
    return new MoneyResult(
        scenario.name(),
        scenario.description(),
        figures.billed() > 0 || fates.refused() > 0 || scenario == MoneyScenario.errors,
        fates.all(),
        fates.served(),
        fates.refused(),
        fates.failed(),
        usd(figures.budget()),
        usd(figures.billed()),
        isKnown ? usd(figures.charged()) : null,
        usd(Math.max(0, -left)),
        usd(isFalse ? free : 0),
        isKnown ? usd(Math.max(0, figures.billed() - figures.charged())) : null,
        isKnown ? usd(Math.max(0, figures.charged() - figures.most())) : null,
        isKnown ? usd(Math.max(0, figures.chargedBefore() - figures.charged())) : null,
        commands);
  }

  /** Whether anything was measured, and every known amount is right. */
  boolean isClean() {
    return measured
        && isNone(overspent)
        && isNone(falselyRefused)
        && isNone(unbilled)
        && isNone(billedTwice)
        && isNone(recordsLost);
  }

  private static boolean isNone(@Nullable BigDecimal usd) {
    return usd == null || usd.signum() == 0;
  }

  private static BigDecimal usd(long nanos) {
    return BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
  }
}
