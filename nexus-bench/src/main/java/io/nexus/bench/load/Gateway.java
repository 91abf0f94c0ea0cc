package io.nexus.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;

/** Nexus in its own process, configured for the mock upstream. */
final class Gateway {
  /** As the report shows it. */
  static final String NAME = "nexus";

  /** Includes a build by the launcher. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Gateway() {}

  /**
   * Starts it with two budgets that match every request of a scenario and never run out, and a
   * spent one of another model.
   *
   * @param command program and arguments, separated by spaces, to which {@code --config FILE} is
   *     added
   * @param folder for its configuration, its log and its ledger
   * @throws IOException if it does not come up
   */
  static ServerProcess start(String command, Path folder, int upstreamPort, Ledger ledger)
      throws IOException {
    int port = Workspace.freePort();
    var configuration = folder.resolve("nexus.toml");
    Files.writeString(configuration, configuration(folder, port, upstreamPort, ledger));
    var words = new ArrayList<>(Arrays.asList(command.strip().split("\\s+")));
    words.add("--config");
    words.add(configuration.toString());
    return ServerProcess.start(NAME, words, port, PATIENCE, folder.resolve("nexus.log"));
  }

  /** The gateway's ledger. */
  enum Ledger {
    /** In memory. */
    memory,
    /** In a SQLite file. */
    sqlite
  }

  static String configuration(Path folder, int port, int upstreamPort, Ledger ledger) {
    var ledgerUrl =
        switch (ledger) {
          case memory -> "memory";
          case sqlite -> "jdbc:sqlite:" + folder.resolve("ledger.db");
        };
    return """
    [server]
    host = "127.0.0.1"
    port = %d

    [budget]
    monthly_limit = 1000000.00
    hard_limit_action = "reject"

    [[budgets]]
    name = "bench"
    match = { model = "gpt-4o" }
    limit = 1000000.00
    window = "daily"

    [[budgets]]
    name = "spent"
    match = { model = "%s" }
    limit = 0.000001

    [[backends]]
    name = "mock"
    url = "http://127.0.0.1:%d/v1"
    type = "generic"
    location = "cloud"
    models = ["%s", "%s"]
    apis = ["chat", "responses"]
    max_concurrent = 8192

    [[backends]]
    name = "mock-messages"
    url = "http://127.0.0.1:%d/v1"
    type = "anthropic"
    location = "cloud"
    models = ["%s"]
    max_concurrent = 8192

    [[pricing]]
    model = "%s"
    input = 2.50
    output = 10.00

    [[pricing]]
    model = "%s"
    input = 0.15
    output = 0.60

    [[pricing]]
    model = "%s"
    input = 3.00
    output = 15.00

    [ledger]
    url = "%s"
    """
        .formatted(
            port,
            MockReply.SPENT_MODEL,
            upstreamPort,
            MockReply.MODEL,
            MockReply.SPENT_MODEL,
            upstreamPort,
            MockReply.MESSAGES_MODEL,
            MockReply.MODEL,
            MockReply.SPENT_MODEL,
            MockReply.MESSAGES_MODEL,
            ledgerUrl);
  }
}
