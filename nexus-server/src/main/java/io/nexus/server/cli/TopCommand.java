package io.nexus.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus top}. */
@Command(
    name = "top",
    description = "Watch a running gateway's budgets, spend and backends in the terminal.",
    mixinStandardHelpOptions = true)
final class TopCommand implements Runnable {

  private static final String CLEAR = "\033[H\033[2J";
  private static final BigDecimal SECONDS_A_MINUTE = BigDecimal.valueOf(60);

  @Mixin private GatewayOptions gateway;

  @Option(names = "--once", description = "Print it once and end.")
  private boolean once;

  @Option(names = "--every", paramLabel = "SECONDS", description = "How often (default: 2).")
  private int everySeconds = 2;

  @SuppressWarnings("NullAway.Init")
  TopCommand() {}

  @Override
  public void run() {
    gateway.ask(this::watch);
  }

  private void watch(AdminClient client) {
    Optional<JsonNode> before = Optional.empty();
    do {
      var stats = client.get("/v1/stats");
      if (!once) {
        gateway.out().print(CLEAR);
      }
      print(stats, client.get("/admin/v1/budgets").path("data"), before);
      gateway.out().flush();
      before = Optional.of(stats);
    } while (!once && rested());
  }

  private boolean rested() {
    try {
      TimeUnit.SECONDS.sleep(Math.max(1, everySeconds));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void print(JsonNode stats, JsonNode budgets, Optional<JsonNode> before) {
    var out = gateway.out();
    var requests = stats.path("requests");
    out.println(
        "up "
            + stats.path("uptime_seconds").asLong()
            + " s, "
            + requests.path("total").asLong()
            + " requests, "
            + requests.path("errors").asLong()
            + " errors, "
            + requests.path("blocked").asLong()
            + " blocked, $"
            + spend(stats).toPlainString()
            + " spent since the start"
            + before.map(earlier -> ", $" + aMinute(earlier, stats) + " a minute").orElse(""));
    out.println();
    BudgetCommand.print(out, budgets);
    out.println();
    var table =
        new TextTable(
            List.of("backend", "state", "requests", "errors", "under way", "latency", "spend"), 1);
    for (var backend : stats.path("backends")) {
      table.add(
          List.of(
              backend.path("name").asText(),
              backend.path("healthy").asBoolean() ? "up" : "down",
              backend.path("requests").asText(),
              backend.path("errors").asText(),
              backend.path("pending").asText(),
              backend.path("latency_ms").decimalValue().setScale(0, RoundingMode.HALF_UP) + " ms",
              AdminClient.amount(backend.path("spend_usd"))));
    }
    table.print(out);
  }

  private String aMinute(JsonNode earlier, JsonNode stats) {
    return spend(stats)
        .subtract(spend(earlier))
        .multiply(SECONDS_A_MINUTE)
        .divide(BigDecimal.valueOf(Math.max(1, everySeconds)), 4, RoundingMode.HALF_UP)
        .toPlainString();
  }

  private static BigDecimal spend(JsonNode stats) {
    var sum = BigDecimal.ZERO;
    for (var backend : stats.path("backends")) {
      sum = sum.add(backend.path("spend_usd").decimalValue());
    }
    return sum;
  }
}
