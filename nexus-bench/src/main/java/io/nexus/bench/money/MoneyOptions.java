package io.nexus.bench.money;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of {@code nexus bench --money}. */
public final class MoneyOptions {

  @Option(
      names = "--money-scenario",
      split = ",",
      paramLabel = "NAME",
      description = "Any of ${COMPLETION-CANDIDATES} (default: all).")
  Set<MoneyScenario> scenarios = EnumSet.allOf(MoneyScenario.class);

  @Option(
      names = "--answer-tokens",
      paramLabel = "N",
      description =
          "Length of each answer. A budget pays for 25 requests, 75 are made at once (default: ${DEFAULT-VALUE}, some $0.50 a budget).")
  long answerTokens = 2_000;

  @Option(
      names = "--key-command",
      paramLabel = "COMMAND",
      description =
          "With --gateway-url: makes a key and prints it; a shell runs it with NAME and LIMIT_USD in its environment.")
  String keyCommand = "";

  @Option(
      names = "--spend-command",
      paramLabel = "COMMAND",
      description =
          "With --gateway-url: prints what was spent with the key, in dollars; run with NAME and KEY.")
  String spendCommand = "";

  @Option(
      names = "--restart-command",
      paramLabel = "COMMAND",
      description =
          "With --gateway-url: kills the gateway as 'kill -9' does, starts it and returns when it answers.")
  String restartCommand = "";

  @Option(
      names = "--cut-command",
      paramLabel = "COMMAND",
      description =
          "With --gateway-url: cuts the last replica off its database where CUT is 1, joins them where it is 0.")
  String cutCommand = "";

  @Option(
      names = "--delay-command",
      paramLabel = "COMMAND",
      description = "With --gateway-url: has the database answer MILLIS later.")
  String delayCommand = "";

  @Option(
      names = "--gateway-header",
      paramLabel = "'NAME: VALUE'",
      description = "With --gateway-url: sent with every request.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = "--mock-only",
      description =
          "Start only the mock upstream, in the first scenario, and print its bill whenever it grows.")
  boolean mockOnly;

  /** Addresses of a gateway that runs already; several are replicas with one database. */
  List<String> urls = List.of();

  /** Starts a Nexus; empty for the launcher's. */
  String command = "";

  /** Where the mock upstream listens; 0 for any port that is free. */
  int mockPort;

  /** Whether each scenario is run a second time where the gateway has no limits: for tests. */
  boolean alsoUnlimited;

  /** The defaults. */
  public MoneyOptions() {}

  /**
   * Takes the options shared with the load harness.
   *
   * @param gatewayUrl addresses with commas between; empty for a gateway that is started
   * @param gatewayCommand starts it; empty for the launcher's
   * @param port where the mock upstream listens; 0 for any that is free
   */
  public void gateway(String gatewayUrl, String gatewayCommand, int port) {
    urls = gatewayUrl.isEmpty() ? List.of() : List.of(gatewayUrl.split(","));
    command = gatewayCommand;
    mockPort = port;
  }
}
