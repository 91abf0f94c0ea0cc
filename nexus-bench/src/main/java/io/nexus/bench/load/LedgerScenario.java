package io.nexus.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;

/** The gateway in an open loop: the ledger thread's share of its processor time. */
final class LedgerScenario {

  private static final double RATE = 2_000;

  /** Long enough that steps of 10 ms are below 1 % of the ledger's time. */
  private static final Duration MEASURED = Duration.ofSeconds(30);

  /** Time to post the records left by the warm-up. */
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private final LoadOptions options;

  LedgerScenario(LoadOptions options) {
    this.options = options;
  }

  /**
   * The result; times are processor times, in user and kernel mode.
   *
   * @param rate requests a second
   * @param processMicros of the whole process
   * @param ledgerMicros of the ledger thread
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

    /** The time of everything except ledger, collector and compiler. */
    long otherMicros() {
      return processMicros - ledgerMicros - collectorMicros - compilerMicros;
    }

    /** The ledger's share without collector and compiler, which is therefore larger. */
    double ledgerShare() {
      return (double) ledgerMicros / Math.max(1, ledgerMicros + otherMicros());
    }
  }

  /**
   * Checks whether the options allow this scenario.
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
