package io.nexus.bench.load;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of {@code nexus bench --load}. */
public final class LoadOptions {

  /** The scenarios. */
  public enum Scenario {
    /** Completions in one piece: 8 connections, bodies of 1 KB. */
    json,
    /** Messages of Anthropic's API with bodies of 100 KB, as from coding agents. */
    messages,
    /** OpenAI's responses with bodies of 100 KB. */
    responses,
    /** 200 streams of 50 chunks a second. */
    sse,
    /** 2,000 streams with a chunk a second. */
    held,
    /** 50 streams at once, after a start and when warm: their first events. */
    first,
    /** Requests on a spent budget. */
    refused,
    /** Completions at 70 % of the peak, for a long time. */
    soak,
    /** Completions at 2,000 a second: the ledger's share of the processor time. */
    ledger
  }

  @Option(
      names = "--scenario",
      split = ",",
      paramLabel = "NAME",
      description = "Any of ${COMPLETION-CANDIDATES} (default: json,sse,held).")
  Set<Scenario> scenarios = EnumSet.of(Scenario.json, Scenario.sse, Scenario.held);

  @Option(
      names = "--seconds",
      description = "Length of each measurement, and of a stream (default: ${DEFAULT-VALUE}).")
  int seconds = 8;

  @Option(
      names = "--warmup",
      paramLabel = "SECONDS",
      description = "Load before the gateway is measured (default: ${DEFAULT-VALUE}).")
  int warmupSeconds = 45;

  @Option(
      names = "--soak-seconds",
      paramLabel = "SECONDS",
      description = "Length of the soak (default: ${DEFAULT-VALUE}).")
  int soakSeconds = 600;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Of json and soak (default: ${DEFAULT-VALUE}).")
  int connections = 8;

  @Option(
      names = "--body-bytes",
      paramLabel = "N",
      description = "Size of request bodies in json and soak (default: ${DEFAULT-VALUE}).")
  int bodyBytes = 1_024;

  @Option(
      names = "--rate",
      paramLabel = "PER-SECOND",
      description = "Of the open loop (default: half of the gateway's peak; in ledger 2,000).")
  double rate;

  @Option(
      names = "--streams",
      paramLabel = "N",
      description = "Concurrent streams in sse (default: ${DEFAULT-VALUE}).")
  int streams = 200;

  @Option(
      names = "--chunks-per-second",
      paramLabel = "N",
      description = "Of each stream in sse (default: ${DEFAULT-VALUE}).")
  int chunksPerSecond = 50;

  @Option(
      names = "--held-streams",
      paramLabel = "N",
      description = "Concurrent streams in held (default: ${DEFAULT-VALUE}).")
  int heldStreams = 2_000;

  @Option(
      names = "--ledger",
      description = "The gateway's: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  Gateway.Ledger ledger = Gateway.Ledger.memory;

  @Option(
      names = "--gateway-command",
      paramLabel = "COMMAND",
      description =
          "Starts the gateway; '--config FILE' is added (default: the launcher's 'nexus serve').")
  String gatewayCommand = "";

  @Option(
      names = "--gateway-url",
      paramLabel = "URL",
      description =
          "Measure a gateway that runs already on this machine, with a backend at --mock-port; with --money several, with commas between, that share a database.")
  String gatewayUrl = "";

  @Option(names = "--gateway-pid", paramLabel = "PID", description = "Its process.")
  long gatewayPid;

  @Option(
      names = "--beside",
      paramLabel = "NAME:PORT:PID[:KEY]",
      description =
          "Measure another gateway in the same run, which runs already on this machine, with a backend at --mock-port. May be repeated.")
  List<String> beside = List.of();

  @Option(
      names = "--mock-port",
      paramLabel = "PORT",
      description = "Where the mock upstream listens (default: any free one).")
  int mockPort;

  @Option(names = "--no-gateway", description = "Measure only nginx and the mock upstream.")
  boolean withoutGateway;

  @Option(names = "--no-nginx", description = "Leave nginx out even if it is installed.")
  boolean withoutNginx;

  @Option(
      names = "--nginx-workers",
      paramLabel = "N",
      description = "Worker processes of nginx (default: ${DEFAULT-VALUE}).")
  int nginxWorkers = 2;

  @Option(names = "--keep", paramLabel = "DIR", description = "Keep configurations and logs there.")
  Path keep = Path.of("");

  /** The defaults. */
  public LoadOptions() {}

  /** Of {@code --gateway-url}. */
  public String gatewayUrl() {
    return gatewayUrl;
  }

  /** Of {@code --gateway-command}. */
  public String gatewayCommand() {
    return gatewayCommand;
  }

  /** Of {@code --mock-port}. */
  public int mockPort() {
    return mockPort;
  }
}
