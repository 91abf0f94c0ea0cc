package io.nexus.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;

/** The gateway in an open loop: how much of its processor time its ledger's thread takes. */
final class LedgerScenario {

  private static final double RATE = 2_000;

  /** Steps of 10 ms are to be below 1 % of what the ledger takes. */
  private static final Duration MEASURED = Duration.ofSeconds(30);

  /** What the warm-up has left to be posted is posted after it. */
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private final LoadOptions options;

  LedgerScenario(LoadOptions options) {
    this.options = options;
  }

  /**
   * What came of it; times are of processors, in user and kernel mode.
   *
   * @param rate requests a second
   * @param processMicros of the whole process
   * @param ledgerMicros of the ledger's thread
   * @param collectorMicros of the thread that collects garbage
   * @param compilerMicros of the just-in-time compiler's threads
   */
  record Result(
      double rate,
      LoadResult load,
      long processMicros,
      long ledgerMicros,
      long collectorMicros,
      long compilerMicros) {

    /** What everything but the ledger, the collector and the compiler takes. */
    long otherMicros() {
      return processMicros - ledgerMicros - collectorMicros - compilerMicros;
    }

    /** The ledger's share where nothing is collected or compiled: the larger for it. */
    double ledgerShare() {
      return (double) ledgerMicros / Math.max(1, ledgerMicros + otherMicros());
    }
  }

  /**
   * Looks whether the options let it be run.
   *
   * @throws IllegalArgumentException if the gateway has no such ledger, or its process is not known
   */
  static void check(LoadOptions options) {
    boolean known =
        !options.withoutGateway && (options.gatewayUrl.isEmpty() || options.gatewayPid != 0);
    if (options.ledger != Gateway.Ledger.sqlite || !known) {
      throw new IllegalArgumentException(
          "scenario ledger measures a gateway's process with a durable ledger: say --ledger sqlite,"
              + " and --gateway-pid for one that runs already");
    }
  }

  /** Runs it. */
  Result run(Subject gateway) throws IOException, InterruptedException {
    var json = new JsonScenario(options);
    double rate = options.rate > 0 ? options.rate : RATE;
    json.warmUp(gateway);
    json.load(gateway).openLoop(rate, SETTLING);
    long pid = gateway.process().orElseThrow().pid();
    var threads = ThreadTimes.of(pid);
    long process = gateway.sample().cpuMicros();
    var load = json.load(gateway).openLoop(rate, MEASURED);
    process = gateway.sample().cpuMicros() - process;
    return result(rate, load, process, threads, ThreadTimes.of(pid));
  }

  static Result result(
      double rate, LoadResult load, long processMicros, ThreadTimes before, ThreadTimes after) {
    return new Result(
        rate,
        load,
        processMicros,
        took(before, after, "ledger"::equals),
        took(before, after, LedgerScenario::isCollector),
        took(before, after, LedgerScenario::isCompiler));
  }

  private static long took(ThreadTimes before, ThreadTimes after, Predicate<String> name) {
    return after.of(name) - before.of(name);
  }

  private static boolean isCompiler(String name) {
    return name.matches("C[12] Compiler.*");
  }

  private static boolean isCollector(String name) {
    return name.matches("VM Thread|GC Thread.*");
  }
}
