package io.nexus.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.config.Secret;
import io.nexus.config.ServerConfig;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that select the running gateway. */
final class GatewayOptions {

  private static final String ADMIN_KEY = "NEXUS_ADMIN_KEY";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Its configuration, for its address and admin key (default: nexus.toml here).")
  private @Nullable Path config;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Its address, such as http://gateway:8000; the admin key is then that of the variable"
              + " NEXUS_ADMIN_KEY.")
  private @Nullable URI url;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  GatewayOptions() {}

  /** Calls the gateway. */
  void ask(Consumer<AdminClient> questions) {
    try (var client = client()) {
      questions.accept(client);
      out().flush();
    }
  }

  /**
   * Prints all pages of a list, as JSON or as a table.
   *
   * @param path the path of the list, with its query
   */
  void list(String path, boolean json, BiConsumer<PrintWriter, Iterable<JsonNode>> table) {
    ask(
        client -> {
          var all = client.list(path);
          if (json) {
            out().println(all);
          } else {
            table.accept(out(), all.path("data"));
          }
        });
  }

  /**
   * Takes off what overrides the file for a thing that the file has, and prints what is left.
   *
   * @param what the kind of thing, for the error
   * @param path its path at the gateway
   */
  void restore(
      String what, String name, String path, BiConsumer<PrintWriter, Iterable<JsonNode>> table) {
    ask(
        client -> {
          boolean isOfFile = !client.get(path).path("source").asText().equals("admin");
          if (!isOfFile && name.indexOf('/') < 0) {
            throw new Failure(
                Failure.WORK,
                "%s %s: nexus.toml has no such %s to go back to".formatted(what, name, what));
          }
          table.accept(out(), List.of(client.send("DELETE", path, "")));
        });
  }

  private AdminClient client() {
    if (url != null) {
      return new AdminClient(
          url, revealed(Secret.inEnvironment(ADMIN_KEY, System.getenv()), ADMIN_KEY));
    }
    var server = Configs.load(config, System.getenv(), false, err()).config().server();
    return new AdminClient(address(server), revealed(server.adminKey(), server.adminKey().place()));
  }

  /** The local address of a gateway with that configuration. */
  static URI address(ServerConfig server) {
    var host = server.host().equals("0.0.0.0") || server.host().equals("::") ? "" : server.host();
    var name = host.isEmpty() ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    return URI.create(
        (server.tls().isPresent() ? "https://" : "http://") + name + ":" + server.port());
  }

  private static String revealed(Secret key, String place) {
    if (!key.isSet()) {
      throw new Failure(
          Failure.USAGE, place + ": there is no admin key: provide the gateway's there");
    }
    return key.reveal();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
