package io.nexus.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus budget}. */
@Command(
    name = "budget",
    description = "List and change the budgets of a running gateway.",
    mixinStandardHelpOptions = true,
    subcommands = {
      BudgetCommand.ListAll.class,
      BudgetCommand.SetLimit.class,
      BudgetCommand.Increase.class,
      BudgetCommand.UndoIncrease.class,
      BudgetCommand.Restore.class,
      BudgetCommand.Reset.class
    })
final class BudgetCommand implements Runnable {

  private static final String BUDGETS = "/admin/v1/budgets";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  BudgetCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "give a command: list, set, increase, undo-increase, restore or reset");
  }

  private static String path(String name) {
    return BUDGETS + "/" + AdminClient.segment(name);
  }

  static void print(PrintWriter out, Iterable<JsonNode> budgets) {
    var table =
        new TextTable(
            List.of("budget", "limit", "spent", "held", "remaining", "used", "window", "state"),
            6,
            7);
    for (var budget : budgets) {
      table.add(
          List.of(
              budget.path("name").asText(),
              AdminClient.amount(budget.path("limit")),
              AdminClient.amount(budget.path("spent")),
              AdminClient.amount(budget.path("held")),
              AdminClient.amount(budget.path("remaining")),
              AdminClient.amount(budget.path("utilization_percent")) + "%",
              budget.path("window").asText(),
              state(budget)));
    }
    table.print(out);
  }

  private static String state(JsonNode budget) {
    if (budget.path("disabled").asBoolean()) {
      return "disabled";
    }
    var status = budget.path("status").asText();
    return budget.path("overridden").asBoolean()
        ? status + ", configured " + AdminClient.amount(budget.path("configured_limit"))
        : status;
  }

  /** {@code nexus budget list}. */
  @Command(name = "list", description = "List the budgets.", mixinStandardHelpOptions = true)
  static final class ListAll implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init")
    ListAll() {}

    @Override
    public void run() {
      gateway.list(BUDGETS, json, BudgetCommand::print);
    }
  }

  /** {@code nexus budget set}. */
  @Command(
      name = "set",
      description = "Change a limit, for this and all further cycles.",
      mixinStandardHelpOptions = true)
  static final class SetLimit implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(index = "0", paramLabel = "NAME", description = "Which budget.")
    private String name;

    @Parameters(index = "1", paramLabel = "USD", description = "The new limit.")
    private BigDecimal limit;

    @SuppressWarnings("NullAway.Init")
    SetLimit() {}

    @Override
    public void run() {
      var body = AdminClient.object().put("limit", limit);
      gateway.ask(client -> print(gateway.out(), List.of(client.send("PATCH", path(name), body))));
    }
  }

  /** {@code nexus budget increase}. */
  @Command(
      name = "increase",
      description = "Raise a limit for a time.",
      mixinStandardHelpOptions = true)
  static final class Increase implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(index = "0", paramLabel = "NAME", description = "Which budget.")
    private String name;

    @Parameters(index = "1", paramLabel = "USD", description = "By how much.")
    private BigDecimal amount;

    @Option(
        names = "--until",
        paramLabel = "TIME",
        description = "Such as 2030-01-31T12:00:00Z (default: tomorrow at this time).")
    private @Nullable String until;

    @SuppressWarnings("NullAway.Init")
    Increase() {}

    @Override
    public void run() {
      var end =
          until == null
              ? Instant.now().atOffset(ZoneOffset.UTC).plusDays(1).toInstant().toString()
              : until;
      var body = AdminClient.object().put("amount", amount).put("expires_at", end);
      gateway.ask(
          client ->
              print(gateway.out(), List.of(client.send("POST", path(name) + "/increase", body))));
    }
  }

  /** {@code nexus budget undo-increase}. */
  @Command(
      name = "undo-increase",
      description = "End increases of a limit before their time.",
      mixinStandardHelpOptions = true)
  static final class UndoIncrease implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(index = "0", paramLabel = "NAME", description = "Which budget.")
    private String name;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "USD",
        description = "The last one by that much (default: all).")
    private @Nullable BigDecimal amount;

    @SuppressWarnings("NullAway.Init")
    UndoIncrease() {}

    @Override
    public void run() {
      gateway.ask(
          client -> {
            var budget = client.get(path(name));
            var left = AdminClient.object();
            var list = left.putArray("increases");
            budget.path("increases").forEach(list::add);
            int last = amount == null ? list.size() - 1 : last(list, amount);
            if (last < 0) {
              throw new Failure(Failure.WORK, "budget " + name + ": there is no such increase");
            }
            if (amount == null) {
              list.removeAll();
            } else {
              list.remove(last);
            }
            print(gateway.out(), List.of(client.change(path(name), budget, left)));
          });
    }

    private static int last(JsonNode increases, BigDecimal amount) {
      int last = increases.size() - 1;
      while (last >= 0
          && increases.path(last).path("amount").decimalValue().compareTo(amount) != 0) {
        last--;
      }
      return last;
    }
  }

  /** {@code nexus budget restore}. */
  @Command(
      name = "restore",
      description = "Take off what overrides nexus.toml: limit, increases, disabled.",
      mixinStandardHelpOptions = true)
  static final class Restore implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(paramLabel = "NAME", description = "Which budget.")
    private String name;

    @SuppressWarnings("NullAway.Init")
    Restore() {}

    @Override
    public void run() {
      gateway.restore("budget", name, path(name), BudgetCommand::print);
    }
  }

  /** {@code nexus budget reset}. */
  @Command(
      name = "reset",
      description = "Forget what the cycle has cost so far.",
      mixinStandardHelpOptions = true)
  static final class Reset implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(paramLabel = "NAME", description = "Which budget.")
    private String name;

    @SuppressWarnings("NullAway.Init")
    Reset() {}

    @Override
    public void run() {
      gateway.ask(
          client -> print(gateway.out(), List.of(client.send("POST", path(name) + "/reset", ""))));
    }
  }
}
