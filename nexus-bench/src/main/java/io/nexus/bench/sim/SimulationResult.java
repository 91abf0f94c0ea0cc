package io.nexus.bench.sim;

import io.nexus.bench.TextTable;
import io.nexus.control.money.Money;
import java.util.Locale;

/**
 * The result of a simulation.
 *
 * @param options the size of the simulation
 * @param counts the counts of events
 * @param limits the sum of all limits
 * @param billed what the upstreams bill, over all budgets
 * @param overshoot the most by which any budget's bill has ever exceeded its limit
 * @param unaccounted the most by which, at the end, any budget's bill exceeds what the ledger has
 *     settled or still counts as drawn
 * @param booksAgree whether the records add up to the balances
 * @param strandedPeak the largest amount drawn by dead gateways at any time
 * @param unused the amount that the ledger counts as taken at the end but no upstream bills:
 *     charged as lost beyond the bill, or drawn by gateways that never restarted
 */
public record SimulationResult(
    SimulationOptions options,
    Counts counts,
    Money limits,
    Money billed,
    Money overshoot,
    Money unaccounted,
    boolean booksAgree,
    Money strandedPeak,
    Money unused) {

  /**
   * Counts of events.
   *
   * @param served requests that were admitted
   * @param refused requests refused by a budget
   * @param unavailable requests refused because the ledger was unreachable
   * @param crashes gateways that died
   * @param cuts times that a gateway was cut off from the ledger
   * @param draws draws, each of one budget
   * @param granted draws with a grant
   * @param calls calls to the ledger, of all kinds
   */
  public record Counts(
      long served,
      long refused,
      long unavailable,
      long crashes,
      long cuts,
      long draws,
      long granted,
      long calls) {}

  /** Whether no budget was overspent and no charge was lost. */
  public boolean holds() {
    return overshoot.isZero() && unaccounted.isZero() && booksAgree;
  }

  /** A table for people. */
  public String text() {
    var table = new TextTable(1, "simulated", "figure");
    table.row("gateways", number(options.gateways));
    table.row("budgets", number(options.budgets));
    table.row("virtual seconds", number(options.seconds));
    table.row("crashes, cuts", number(counts.crashes()) + ", " + number(counts.cuts()));
    table.row("requests served", number(counts.served()));
    table.row("refused: budget spent", number(counts.refused()));
    table.row("refused: ledger away", number(counts.unavailable()));
    table.row("all limits", usd(limits));
    table.row("billed by upstreams", usd(billed) + " (" + share(billed) + ")");
    table.row("overshoot", usd(overshoot));
    table.row("unaccounted for", usd(unaccounted));
    table.row("books agree", booksAgree ? "yes" : "no");
    table.row("draws per second", rate(counts.draws()));
    table.row("of which granted", rate(counts.granted()));
    table.row("requests per draw granted", ratio(counts.served(), counts.granted()));
    table.row("ledger calls per second", rate(counts.calls()));
    table.row("stranded at most", usd(strandedPeak) + " (" + share(strandedPeak) + ")");
    table.row("taken, not billed, at the end", usd(unused) + " (" + share(unused) + ")");
    return table.text();
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String usd(Money money) {
    return String.format(Locale.ROOT, "$%,.2f", money.toUsd());
  }

  private String share(Money part) {
    return String.format(
        Locale.ROOT, "%.2f %%", 100.0 * part.nanos() / Math.max(1, limits.nanos()));
  }

  private String rate(long count) {
    return number(count / Math.max(1, options.seconds));
  }

  private static String ratio(long a, long b) {
    return String.format(Locale.ROOT, "%.1f", (double) a / Math.max(1, b));
  }
}
