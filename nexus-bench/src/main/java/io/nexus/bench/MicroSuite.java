package io.nexus.bench;

import io.nexus.bench.micro.Latency;
import io.nexus.bench.micro.LatencyProfiler;
import java.io.PrintStream;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The JMH suite. Every benchmark runs for its mean and its allocation ({@code AverageTime} with the
 * GC profiler), and once more for its percentiles, but for the baselines of a quick run ({@code
 * SampleTime}), unless it times every operation itself ({@link Latency}).
 */
final class MicroSuite {
  private static final String SUFFIX = "Benchmark";
  private static final String BASELINE = ".baseline";
  private static final String TIMED = "Timed";
  private static final double P999 = 99.9;

  private final String filter;
  private final boolean full;

  /**
   * Creates a suite.
   *
   * @param filter a regular expression; only benchmarks whose name contains a match are run
   * @param full whether to measure longer
   * @throws IllegalArgumentException if the filter is no regular expression
   */
  MicroSuite(String filter, boolean full) {
    this.filter = Pattern.compile(filter).pattern();
    this.full = full;
  }

  /** The names of the selected benchmarks, as the table shows them. */
  List<String> names() {
    return qualifiedNames().stream().map(MicroSuite::shortName).toList();
  }

  private List<String> qualifiedNames() {
    var silent = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
    var wanted = Pattern.compile(filter);
    return BenchmarkList.defaultList().getAll(silent, List.of()).stream()
        .map(BenchmarkListEntry::getUsername)
        .filter(name -> wanted.matcher(shortName(name)).find())
        .sorted()
        .toList();
  }

  /**
   * Runs the suite, each benchmark in its own JVMs.
   *
   * @param progress gets a line before each benchmark
   * @return one result a benchmark and set of parameters, ordered by name
   * @throws RunnerException if a benchmark fails
   */
  List<BenchmarkResult> run(PrintStream progress) throws RunnerException {
    var results = new LinkedHashMap<String, BenchmarkResult>();
    var names = qualifiedNames();
    for (int i = 0; i < names.size(); i++) {
      var name = names.get(i);
      progress.println("[%d/%d] %s".formatted(i + 1, names.size(), shortName(name)));
      collect(new Runner(options(name, Mode.AverageTime)).run(), results);
      if (!name.endsWith(TIMED) && (full || !name.contains(BASELINE))) {
        collect(new Runner(options(name, Mode.SampleTime)).run(), results);
      }
    }
    return BenchmarkResult.compared(results.values());
  }

  private Options options(String name, Mode mode) {
    var options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(name) + "$")
            .verbosity(VerboseMode.SILENT)
            .mode(mode)
            .timeUnit(TimeUnit.NANOSECONDS)
            .addProfiler(GCProfiler.class)
            .addProfiler(LatencyProfiler.class)
            .shouldFailOnError(true)
            .jvmArgs(
                "-XX:+UseSerialGC",
                "-Xms512m",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    return (full ? thorough(options) : quick(options)).build();
  }

  private static ChainedOptionsBuilder thorough(ChainedOptionsBuilder options) {
    return options
        .forks(2)
        .warmupIterations(5)
        .warmupTime(TimeValue.seconds(1))
        .measurementIterations(5)
        .measurementTime(TimeValue.seconds(1));
  }

  /** Long enough for the compiler to finish except for the longest prompts. */
  private static ChainedOptionsBuilder quick(ChainedOptionsBuilder options) {
    return options
        .forks(1)
        .warmupIterations(4)
        .warmupTime(TimeValue.milliseconds(500))
        .measurementIterations(3)
        .measurementTime(TimeValue.milliseconds(100))
        .param("kilobytes", "1", "32");
  }

  private static void collect(Collection<RunResult> runs, Map<String, BenchmarkResult> results) {
    for (var run : runs) {
      var benchmark = run.getParams();
      var blank = BenchmarkResult.of(shortName(benchmark.getBenchmark()), parameters(benchmark));
      var before = results.getOrDefault(blank.label(), blank);
      results.put(blank.label(), with(before, run));
    }
  }

  private static BenchmarkResult with(BenchmarkResult result, RunResult run) {
    var primary = run.getPrimaryResult();
    var timedP999 = run.getSecondaryResults().get(LatencyProfiler.P999);
    if (timedP999 != null) {
      return result.withMean(primary.getScore()).withP999(timedP999.getScore());
    }
    if (run.getParams().getMode() == Mode.SampleTime) {
      return result.withP999(primary.getStatistics().getPercentile(P999));
    }
    var allocated = run.getSecondaryResults().get("gc.alloc.rate.norm");
    var timed = result.withMean(primary.getScore());
    return allocated == null ? timed : timed.withBytes(allocated.getScore());
  }

  private static SortedMap<String, String> parameters(BenchmarkParams benchmark) {
    var parameters = new TreeMap<String, String>();
    benchmark.getParamsKeys().forEach(key -> parameters.put(key, benchmark.getParam(key)));
    if (benchmark.getThreads() > 1) {
      parameters.put("threads", String.valueOf(benchmark.getThreads()));
    }
    return parameters;
  }

  private static String shortName(String qualified) {
    var name = qualified.substring(qualified.lastIndexOf('.', qualified.lastIndexOf('.') - 1) + 1);
    return name.replace(SUFFIX + ".", ".");
  }
}
