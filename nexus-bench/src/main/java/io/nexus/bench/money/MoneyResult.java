package io.nexus.bench.money;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario came to, in dollars.
 *
 * @param budget what could be spent
 * @param billed what the provider billed
 * @param charged what the gateway says was spent; null where it cannot be asked, as is what follows
 *     from it
 * @param overspent billed beyond the budget
 * @param falselyRefused left of the budget when the gateway refused a request that it would have
 *     paid for, at the worst; what a gateway had to charge where it cannot know the bill is not
 *     left
 * @param unbilled billed by the provider and charged to nobody
 * @param billedTwice charged beyond what the provider can have billed
 * @param recordsLost charged before the gateway was killed, and forgotten after
 * @param commands that repeat it
 */
record MoneyResult(
    String scenario,
    String description,
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

  /** Figures in nano-dollars; {@code -1} stands for what is not known. */
  record Figures(
      long budget,
      long billed,
      long most,
      long worstPrice,
      long charged,
      long chargedBefore,
      boolean refusedAtEnd) {}

  /** How many of the requests were served, refused and failed. */
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

  /** Whether no dollar went where it should not, as far as that is known. */
  boolean isClean() {
    return isNone(overspent)
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
