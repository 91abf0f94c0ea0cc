package io.nexus.bench.micro;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Adds the times of {@link Latency} to JMH's results of an iteration. */
public final class LatencyProfiler implements InternalProfiler {

  /** The name of the result: the percentile over all threads, averaged over the iterations. */
  public static final String P999 = "timed.p999";

  private static final double PERCENTILE = 99.9;

  /** Made by JMH. */
  public LatencyProfiler() {}

  @Override
  public String getDescription() {
    return "99.9th percentile of benchmarks that time every operation";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    Latency.forget();
  }

  @Override
  @SuppressWarnings("rawtypes") // as JMH declares it
  public Collection<? extends Result> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    var latencies = Latency.ofAllThreads();
    if (latencies.getTotalCount() == 0) {
      return List.of();
    }
    double nanos = latencies.getValueAtPercentile(PERCENTILE);
    return List.of(new ScalarResult(P999, nanos, "ns", AggregationPolicy.AVG));
  }
}
