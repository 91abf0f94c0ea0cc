package io.nexus.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus limit}. */
@Command(
    name = "limit",
    description = "List and change a running gateway's limits other than money.",
    mixinStandardHelpOptions = true,
    subcommands = {
      LimitCommand.ListAll.class,
      LimitCommand.SetNumbers.class,
      LimitCommand.Restore.class
    })
final class LimitCommand implements Runnable {

  private static final String LIMITS = "/admin/v1/limits";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LimitCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "give a command: list, set or restore");
  }

  private static String path(String name) {
    return LIMITS + "/" + AdminClient.segment(name);
  }

  /** Prints a line for each unit of each limit. */
  private static void print(PrintWriter out, Iterable<JsonNode> limits) {
    var table = new TextTable(List.of("limit", "unit", "allowed", "used", "window", "state"), 4, 5);
    for (var limit : limits) {
      for (var state : limit.path("used")) {
        table.add(
            List.of(
                state.path("name").asText(),
                state.path("unit").asText(),
                state.path("limit").asText(),
                state.path("used").asText(),
                limit.path("window").asText(),
                state(limit, state.path("unit").asText())));
      }
    }
    table.print(out);
  }

  private static String state(JsonNode limit, String unit) {
    if (limit.path("disabled").asBoolean()) {
      return "disabled";
    }
    var configured = limit.path("configured").path(unit).asText();
    return limit.path("overridden").asBoolean() && !configured.equals(limit.path(unit).asText())
        ? "configured " + configured
        : limit.path("source").asText();
  }

  /** {@code nexus limit list}. */
  @Command(name = "list", description = "List the limits.", mixinStandardHelpOptions = true)
  static final class ListAll implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init")
    ListAll() {}

    @Override
    public void run() {
      gateway.list(LIMITS, json, LimitCommand::print);
    }
  }

  /** {@code nexus limit set}. */
  @Command(
      name = "set",
      description = "Change how much a limit allows.",
      mixinStandardHelpOptions = true)
  static final class SetNumbers implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(paramLabel = "NAME", description = "Which limit.")
    private String name;

    @Option(names = "--requests", paramLabel = "N", description = "Requests in a window.")
    private @Nullable Long requests;

    @Option(names = "--tokens", paramLabel = "N", description = "Tokens in a window.")
    private @Nullable Long tokens;

    @Option(names = "--parallel", paramLabel = "N", description = "Requests at once.")
    private @Nullable Long parallel;

    @Option(
        names = "--disabled",
        arity = "1",
        paramLabel = "true|false",
        description = "true: requests pass it by; false: they do not.")
    private @Nullable Boolean disabled;

    @SuppressWarnings("NullAway.Init")
    SetNumbers() {}

    @Override
    public void run() {
      var body = AdminClient.object();
      if (requests != null) {
        body.put("requests", requests);
      }
      if (tokens != null) {
        body.put("tokens", tokens);
      }
      if (parallel != null) {
        body.put("parallel", parallel);
      }
      if (disabled != null) {
        body.put("disabled", disabled);
      }
      if (body.isEmpty()) {
        throw new Failure(
            Failure.USAGE, "usage: give one of --requests, --tokens, --parallel, --disabled");
      }
      gateway.ask(client -> print(gateway.out(), List.of(client.send("PATCH", path(name), body))));
    }
  }

  /** {@code nexus limit restore}. */
  @Command(
      name = "restore",
      description = "Take off what overrides nexus.toml.",
      mixinStandardHelpOptions = true)
  static final class Restore implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(paramLabel = "NAME", description = "Which limit.")
    private String name;

    @SuppressWarnings("NullAway.Init")
    Restore() {}

    @Override
    public void run() {
      gateway.restore("limit", name, path(name), LimitCommand::print);
    }
  }
}
