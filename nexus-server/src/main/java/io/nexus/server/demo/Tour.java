package io.nexus.server.demo;

import io.nexus.control.money.Money;
import io.nexus.server.demo.TourAnswer.Refused;
import io.nexus.server.demo.TourAnswer.Served;
import io.nexus.server.demo.TourClient.Standing;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * Requests that spend the demo's budget, one line for each. Requests and answers are the same every
 * time.
 */
public final class Tour {

  private static final String ROW = "%2d  %-18s  %-32s  %10s  %10s  %s %6.2f%% %s  %s";
  private static final int BAR = 10;

  private final Demo demo;
  private final PrintWriter out;
  private final boolean colours;

  /**
   * Creates a tour of a running demo.
   *
   * @param colours whether the output supports ANSI colours
   */
  public Tour(Demo demo, PrintWriter out, boolean colours) {
    this.demo = demo;
    this.out = out;
    this.colours = colours;
  }

  /**
   * Takes the tour.
   *
   * @return whether the gateway's account equals the simulated cloud's bill to the nano-dollar
   * @throws IOException if the gateway's answers are wrong
   */
  public boolean run() throws IOException {
    try (var client = new TourClient(demo.gateway().port())) {
      var standing = client.standing();
      out.printf(
          Locale.ROOT,
          "%d requests, and $%s for all of them. %s is dear, %s is cheap, %s runs on this machine"
              + " and is free;%nit may stand in for %s, but not where the client is strict. What a"
              + " coding agent sends by Anthropic's%nMessages API is served by the same models.%n%n",
          TourStep.ALL.size(),
          standing.limitUsd().toPlainString(),
          Demo.CLOUD_MODEL,
          Demo.SMALL_CLOUD_MODEL,
          Demo.LOCAL_MODEL,
          Demo.CLOUD_MODEL);
      out.printf(
          "%2s  %-18s  %-32s  %10s  %10s  %-30s  %s%n",
          "#", "asked for", "ran on", "tokens", "cost USD", "budget", "why");
      int number = 1;
      for (var step : TourStep.ALL) {
        var answer = client.send(step);
        standing = client.standing();
        out.println(row(number++, step, answer, standing));
        out.flush();
      }
      return total(standing);
    }
  }

  private boolean total(Standing standing) {
    var counted = Money.usd(standing.spentUsd());
    var billed = demo.bill();
    boolean exact = counted.equals(billed);
    out.printf(
        "%nThe gateway counted $%s; the simulated cloud's own bill is $%s: %s. The limit is $%s.%n",
        counted,
        billed,
        exact ? "the same to the nano-dollar" : "THEY DIFFER",
        standing.limitUsd().toPlainString());
    out.flush();
    return exact;
  }

  private String row(int number, TourStep step, TourAnswer answer, Standing standing) {
    var status = answer.limited() ? "HardLimit" : standing.status();
    var bar = bar(standing.percent());
    var painted = paint(status, "%-9s".formatted(status));
    return switch (answer) {
      case Served served ->
          ROW.formatted(
              number,
              step.asked(),
              "%s on %s (%s)"
                  .formatted(
                      served.header("x-nexus-model"),
                      served.header("x-nexus-backend"),
                      served.header("x-nexus-backend-type")),
              served.inputTokens() + " + " + served.outputTokens(),
              served.costUsd().toPlainString(),
              bar,
              standing.percent(),
              painted,
              why(served));
      case Refused refused ->
          ROW.formatted(
              number,
              step.asked(),
              "refused (" + refused.status() + ")",
              "-",
              "-",
              bar,
              standing.percent(),
              painted,
              "needs %s, %s left"
                  .formatted(
                      refused.requiredUsd().toPlainString(),
                      refused.remainingUsd().toPlainString()));
    };
  }

  private static String why(Served served) {
    var clamped = served.header("x-nexus-max-tokens-clamped");
    return served.header("x-nexus-route-reason")
        + (clamped.isEmpty() ? "" : ", answer cut to " + clamped + " tokens");
  }

  /** Draws a mark for each full tenth. */
  private static String bar(BigDecimal percent) {
    int full = Math.clamp(percent.longValue() / BAR, 0, BAR);
    return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
  }

  private String paint(String status, String text) {
    if (!colours) {
      return text;
    }
    int code =
        switch (status) {
          case "Normal" -> 32;
          case "SoftLimit" -> 33;
          default -> 31;
        };
    return "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
