package io.nexus.server.cli;

import io.nexus.config.LedgerConfig;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.Setting;
import io.nexus.server.Books;
import io.nexus.server.Extensions;
import io.nexus.server.Gateway;
import io.nexus.server.Prices;
import io.nexus.server.settings.ConfigurationText;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.DrainedBackends;
import io.nexus.server.settings.LimitPlane;
import io.nexus.server.settings.PriceLines;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus check}. */
@Command(
    name = "check",
    description =
        "Validate the configuration, as 'serve' would, and print what is in force, secrets masked.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Runnable {

  private static final List<String> MADE =
      List.of(
          ControlPlane.TEAM,
          ControlPlane.KEY,
          ControlPlane.BUDGET,
          LimitPlane.LIMIT,
          PriceLines.PRICE,
          DrainedBackends.BACKEND);

  @Option(names = "--config", description = "The configuration (default: nexus.toml here, if any).")
  private @Nullable Path config;

  @Option(names = "--extensions", description = "A folder of extensions' module jars.")
  private @Nullable Path extensions;

  @Option(
      names = "--no-secrets",
      description = "Do not report missing secrets: for a check before they exist.")
  private boolean withoutSecrets;

  @Option(
      names = "--from-ledger",
      description = "Also what the admin API has made or overrides, which the ledger keeps.")
  private boolean fromLedger;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  CheckCommand() {}

  @Override
  public void run() {
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    var loaded = Configs.load(config, System.getenv(), !withoutSecrets, err);
    loaded.notices().forEach(notice -> err.println("nexus: note: " + notice));
    var found = extensions == null ? Extensions.installed() : Extensions.installedAnd(extensions);
    if (!loaded.config().ledger().isMemory()) {
      Books.factory(found, Books.settings(loaded.config().ledger()));
    }
    if (withoutSecrets) {
      var _ = Prices.of(loaded.config());
    } else {
      tryOut(found);
    }
    out.print(ConfigurationText.of(loaded.config().toml(), System.getenv()));
    if (fromLedger) {
      var made = LedgerOptions.ask(loaded.config(), CheckCommand::made);
      out.println();
      out.print(ConfigurationText.made(made));
    }
    out.flush();
  }

  private static List<Setting> made(LedgerReports books) throws LedgerException {
    var made = new ArrayList<Setting>();
    for (var kind : MADE) {
      made.addAll(books.settings(kind));
    }
    return made;
  }

  /** Creates all parts of a gateway without serving; throws whatever fails. */
  private void tryOut(Extensions found) {
    var environment = new HashMap<>(System.getenv());
    // A gateway may be using the ledger.
    environment.put("NEXUS_LEDGER__URL", LedgerConfig.MEMORY);
    var err = spec.commandLine().getErr();
    var trial = Configs.load(config, environment, true, err).config();
    new Gateway(trial, found, InstantSource.system()).close();
  }
}
