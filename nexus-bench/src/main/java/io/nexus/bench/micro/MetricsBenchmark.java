package io.nexus.bench.micro;

import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Rates;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import io.nexus.metrics.BackendMeters;
import io.nexus.metrics.GatewayMeters;
import io.nexus.metrics.ModelMeters;
import io.nexus.metrics.PageFormat;
import io.nexus.metrics.RequestMeters;
import java.util.concurrent.atomic.AtomicLongArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** All that one request records. */
@State(Scope.Benchmark)
public class MetricsBenchmark {
  private static final int OK = 200;
  private static final int COUNTERS = 9;
  private static final long DURATION_NANOS = 812_000_000;
  private static final long OVERHEAD_NANOS = 94_000;

  private final GatewayMeters meters = new GatewayMeters(_ -> true);
  private final BackendMeters backend = meters.backend("openai");
  private final ModelMeters model = meters.model("openai", "gpt-4o");
  private final RequestMeters requests = meters.requests("openai", "gpt-4o", "chat");
  private final Usage usage = Usage.of(1_234, 567);
  private final Money cost = Money.usd("0.008755");
  private final CostEstimate estimate =
      CostEstimate.estimate(
          ModelPricing.of(Rates.text(Money.usd("2.50"), Money.usd("10.00"))),
          new TokenCount(1_200, 4_800, TokenCountTier.ESTIMATED),
          1_024,
          1,
          false);
  private final AtomicLongArray counters = new AtomicLongArray(COUNTERS);

  /** On one thread. */
  @Benchmark
  public void request() {
    record();
  }

  /** On all threads at once. */
  @Benchmark
  @Threads(Threads.MAX)
  public void requestContended() {
    record();
  }

  private void record() {
    model.estimated(estimate);
    model.settled(usage, cost);
    requests.answered(OK);
    backend.duration(DURATION_NANOS);
    backend.overhead(OVERHEAD_NANOS);
  }

  /** The page that a scrape gets. */
  @Benchmark
  public String page() {
    return meters.page(PageFormat.PROMETHEUS);
  }

  /** As many atomic additions, all threads on the same words. */
  @Benchmark
  @Threads(Threads.MAX)
  public void baselineAtomicsContended() {
    for (int i = 0; i < COUNTERS; i++) {
      counters.getAndIncrement(i);
    }
  }
}
