package io.nexus.server;

import io.nexus.config.ConfigResult.Invalid;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.server.cli.NexusCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A SQLite ledger as a gateway keeps it: open, with money drawn, while commands are run on it. The
 * configuration lies beside it.
 */
final class LedgerBox implements AutoCloseable {

  static final BudgetCycle GLOBAL =
      new BudgetCycle(
          "global",
          new Cycle(Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z")));

  private final Path folder;
  private final Ledger ledger;
  private int requests;

  /** The exit code and the output of a command. */
  record Ran(int exitCode, String out, String err) {}

  private LedgerBox(Path folder, Ledger ledger) {
    this.folder = folder;
    this.ledger = ledger;
  }

  /** A new ledger; further lines of its configuration. */
  static LedgerBox open(Path folder, String toml) throws IOException, LedgerException {
    configure(folder, "jdbc:sqlite:" + folder.resolve("ledger.db"), toml);
    var settings = Books.settings(config(folder).ledger());
    var factory =
        Extensions.installed().ledgers().stream()
            .filter(each -> each.opens(settings.url()))
            .findFirst()
            .orElseThrow();
    var ledger = factory.open(settings);
    var gateway = ledger.join("gateway", "run-1", Duration.ofMinutes(1));
    var usd = Money.usd("5");
    var _ = ledger.draw(gateway, List.of(new Draw(GLOBAL, Money.usd("100"), usd, usd, 1)));
    return new LedgerBox(folder, ledger);
  }

  /** Writes {@code nexus.toml}. */
  static void configure(Path folder, String url, String toml) throws IOException {
    Files.writeString(folder.resolve("nexus.toml"), toml + "\n[ledger]\nurl = \"" + url + "\"\n");
  }

  static NexusConfig config(Path folder) {
    return switch (NexusConfig.load(folder.resolve("nexus.toml"), Map.of())) {
      case Loaded loaded -> loaded.config();
      case Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  NexusConfig config() {
    return config(folder);
  }

  /** Enters a completed request that is charged to the global budget. */
  SpendRecord post(String at, Caller caller, ServedBy target, Usage usage, String cost)
      throws LedgerException {
    return post(at, caller, target, usage, cost, Outcome.COMPLETED, GLOBAL);
  }

  /** Enters a request that ended in some way and is charged to a budget. */
  SpendRecord post(
      String at,
      Caller caller,
      ServedBy target,
      Usage usage,
      String cost,
      Outcome outcome,
      BudgetCycle charge)
      throws LedgerException {
    var record =
        new SpendRecord(
            new RecordId("req-" + ++requests, 1),
            Instant.parse(at),
            caller,
            target,
            usage,
            "in 2.5; out 10; built-in table: gpt-4o",
            Money.usd(cost),
            Precision.REPORTED,
            outcome,
            List.of(charge));
    var _ = ledger.post("gateway", "run-1", List.of(record));
    return record;
  }

  /** Runs a command with the configuration. */
  Ran run(String... command) {
    return run(folder, command);
  }

  static Ran run(Path folder, String... command) {
    var args = new ArrayList<>(List.of(command));
    args.addAll(List.of("--config", folder.resolve("nexus.toml").toString()));
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        NexusCommand.run(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
    return new Ran(exitCode, out.toString(), err.toString());
  }

  @Override
  public void close() throws LedgerException {
    ledger.close();
  }
}
