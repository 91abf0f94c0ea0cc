package io.nexus.server.cli;

import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;
import io.nexus.config.LedgerConfig;
import io.nexus.control.routing.Api;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
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
      description = "What the request asks for: ${COMPLETION-CANDIDATES} (default: chat).",
      completionCandidates = Apis.class)
  private String api = "chat";

  @Option(
      names = "--target",
      paramLabel = "MODEL:VERB",
      description = "For gemini, the rest of the path, such as gemini-2.5-pro:generateContent.")
  private String target = "";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  ExplainCommand() {}

  /** The names of the APIs that the gateway serves. */
  static final class Apis implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Api.values())
          .map(Api::label)
          .filter(name -> Dialects.named(name).isPresent())
          .iterator();
    }
  }

  private Dialect dialect() {
    return Dialects.named(api)
        .orElseThrow(
            () ->
                new Failure(
                    Failure.USAGE,
                    "explain: --api: '"
                        + api
                        + "' is no API: give one of "
                        + String.join(", ", new Apis())));
  }

  @Override
  public void run() {
    var dialect = dialect();
    if (target.isEmpty() && dialect.api().family() == Api.GEMINI) {
      throw new Failure(
          Failure.USAGE,
          "explain: --target: the path of "
              + api
              + " has the model: give it, such as MODEL:generateContent");
    }
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
              .explain(
                  dialect,
                  headers,
                  ClientKey.ANONYMOUS,
                  new Call(target, _ -> "", System.in.readAllBytes()));
      spec.commandLine().getOut().println(DecisionJson.write(decision));
    } catch (ApiException e) {
      throw new Failure(Failure.USAGE, "request: standard input: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
