package io.nexus.server.cli;

import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;
import io.nexus.config.LedgerConfig;
import io.nexus.server.Dialects;
import io.nexus.server.Extensions;
import io.nexus.server.Gateway;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ClientKey;
import io.nexus.server.routes.DecisionJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus explain}. */
@Command(
    name = "explain",
    description = "Read a request from standard input and print where it would go and why.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Runnable {

  @Option(names = "--config", description = "The configuration (default: nexus.toml here, if any).")
  private @Nullable Path config;

  @Option(names = "--extensions", description = "A folder of extensions' module jars.")
  private @Nullable Path extensions;

  @Option(
      names = "--api",
      paramLabel = "API",
      description = "What the request asks for: chat, completions, embeddings or moderations.",
      defaultValue = "chat")
  private String api = "chat";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  ExplainCommand() {}

  private Dialect dialect() {
    return Dialects.named(api)
        .orElseThrow(
            () ->
                new Failure(
                    Failure.USAGE,
                    "explain: --api: '"
                        + api
                        + "' is none of chat, completions, embeddings and moderations"));
  }

  @Override
  public void run() {
    var environment = new HashMap<>(System.getenv());
    // A decision spends nothing, and a gateway may be using the ledger.
    environment.put("NEXUS_LEDGER__URL", LedgerConfig.MEMORY);
    var loaded = Configs.load(config, environment, spec.commandLine().getErr());
    var found = extensions == null ? Extensions.installed() : Extensions.installedAnd(extensions);
    try (var gateway = new Gateway(loaded.config(), found, InstantSource.system())) {
      var headers = ServerRequestHeaders.create(WritableHeaders.create());
      var decision =
          gateway
              .flow()
              .explain(dialect(), headers, ClientKey.ANONYMOUS, Call.of(System.in.readAllBytes()));
      spec.commandLine().getOut().println(DecisionJson.write(decision));
    } catch (ApiException e) {
      throw new Failure(Failure.USAGE, "request: standard input: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
