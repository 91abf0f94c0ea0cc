package io.nexus.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus key}. */
@Command(
    name = "key",
    description = "Make, list, rotate and revoke clients' keys of a running gateway.",
    mixinStandardHelpOptions = true,
    subcommands = {
      KeyCommand.Create.class,
      KeyCommand.ListAll.class,
      KeyCommand.Rotate.class,
      KeyCommand.Revoke.class
    })
final class KeyCommand implements Runnable {

  private static final String KEYS = "/admin/v1/keys";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  KeyCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "give a command: create, list, rotate or revoke");
  }

  /** Prints the secret alone on standard output, for scripts, and notes on standard error. */
  private static void show(GatewayOptions gateway, JsonNode key) {
    gateway.out().println(key.path("key").asText());
    if (key.path("lasts").asText().equals("process")) {
      gateway
          .err()
          .println("nexus: the key is known until the gateway ends: [ledger] url is memory");
    }
  }

  /** {@code nexus key create}. */
  @Command(
      name = "create",
      description = "Make a key and print it, this once.",
      mixinStandardHelpOptions = true)
  static final class Create implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(paramLabel = "NAME", description = "Unique among the keys.")
    private String name;

    @Option(names = "--team", description = "For budgets and reports.")
    private @Nullable String team;

    @Option(names = "--user", description = "For budgets and reports.")
    private @Nullable String user;

    @Option(names = "--tag", description = "Every request has it; several may be given.")
    private List<String> tags = List.of();

    @Option(
        names = "--model",
        paramLabel = "GLOB",
        description = "What it may ask for, such as 'gpt-4o*'; several may be given.")
    private List<String> models = List.of();

    @Option(names = "--api", description = "What it may use, such as chat; several may be given.")
    private List<String> apis = List.of();

    @Option(names = "--expires-at", paramLabel = "TIME", description = "When it ends.")
    private @Nullable String expiresAt;

    @Option(names = "--limit", paramLabel = "USD", description = "A budget of its own.")
    private @Nullable BigDecimal limit;

    @Option(names = "--window", description = "That budget's cycle (default: monthly).")
    private @Nullable String window;

    @Option(names = "--notes", description = "Whatever people should know of it.")
    private @Nullable String notes;

    @SuppressWarnings("NullAway.Init")
    Create() {}

    @Override
    public void run() {
      var body = AdminClient.object().put("name", name);
      put(body, "team", team);
      put(body, "user", user);
      put(body, "expires_at", expiresAt);
      put(body, "window", window);
      put(body, "notes", notes);
      if (limit != null) {
        body.put("limit", limit);
      }
      put(body, "tags", tags);
      put(body, "models", models);
      put(body, "apis", apis);
      gateway.ask(client -> show(gateway, client.send("POST", KEYS, body)));
    }

    private static void put(ObjectNode body, String field, @Nullable String value) {
      if (value != null) {
        body.put(field, value);
      }
    }

    private static void put(ObjectNode body, String field, List<String> values) {
      if (!values.isEmpty()) {
        var array = body.putArray(field);
        values.forEach(array::add);
      }
    }
  }

  /** {@code nexus key list}. */
  @Command(
      name = "list",
      description = "List the keys, without what is secret.",
      mixinStandardHelpOptions = true)
  static final class ListAll implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Option(names = "--team", description = "Only those of this team.")
    private @Nullable String team;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init")
    ListAll() {}

    @Override
    public void run() {
      var path = team == null ? KEYS : KEYS + "?team=" + AdminClient.segment(team);
      gateway.list(path, json, ListAll::print);
    }

    private static void print(PrintWriter out, Iterable<JsonNode> keys) {
      var table =
          new TextTable(
              List.of("key", "team", "user", "state", "limit", "window", "last used", "from"),
              1,
              2,
              3,
              5,
              6,
              7);
      for (var key : keys) {
        table.add(
            List.of(
                key.path("name").asText(),
                key.path("team").asText("-"),
                key.path("user").asText("-"),
                key.path("disabled").asBoolean() ? "disabled" : until(key),
                AdminClient.amount(key.path("limit")),
                key.path("window").asText("-"),
                key.path("last_used_at").asText("-"),
                key.path("source").asText()));
      }
      table.print(out);
    }

    private static String until(JsonNode key) {
      var end = key.path("expires_at");
      return end.isTextual() ? "until " + end.asText() : "in force";
    }
  }

  /** {@code nexus key rotate}. */
  @Command(
      name = "rotate",
      description = "Make another secret for a key and print it; the former one ends later.",
      mixinStandardHelpOptions = true)
  static final class Rotate implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(paramLabel = "NAME", description = "Which key.")
    private String name;

    @Option(
        names = "--grace-seconds",
        paramLabel = "N",
        description = "How long the former secret is taken (default: a day).")
    private @Nullable Long grace;

    @SuppressWarnings("NullAway.Init")
    Rotate() {}

    @Override
    public void run() {
      var body = AdminClient.object();
      if (grace != null) {
        body.put("grace_seconds", grace);
      }
      var path = KEYS + "/" + AdminClient.segment(name) + "/rotate";
      gateway.ask(client -> show(gateway, client.send("POST", path, body)));
    }
  }

  /** {@code nexus key revoke}. */
  @Command(
      name = "revoke",
      description = "Refuse a key from now on; one of the configuration is disabled.",
      mixinStandardHelpOptions = true)
  static final class Revoke implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(paramLabel = "NAME", description = "Which key.")
    private String name;

    @SuppressWarnings("NullAway.Init")
    Revoke() {}

    @Override
    public void run() {
      gateway.ask(
          client -> {
            var answer = client.send("DELETE", KEYS + "/" + AdminClient.segment(name), "");
            boolean gone = answer.path("deleted").asBoolean();
            gateway.out().println(name + (gone ? " is revoked." : " is disabled."));
          });
    }
  }
}
