package io.nexus.control.pipeline;

import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.routing.Strategy;
import io.nexus.control.routing.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Orders the remaining candidates for the attempts.
 *
 * <p>If money is short, local candidates come first. Then the requested model comes before its
 * fallbacks, and these in the order of their chain. Within one model the strategy decides; of
 * equals, those that speak the client's API come first; otherwise the listed order stays.
 *
 * <p>Safe for concurrent use.
 */
final class Scheduler {

  /** The largest score: up to 100 in each part, times the weights. */
  private static final int MAX_SCORE = (1 << 24) - 1;

  /** Added for candidates that need a translation, so that they come last among equals. */
  private static final long TRANSLATED = 1 << 23;

  private final Strategy strategy;
  private final Weights weights;
  private final RandomGenerator random;

  /** Keyed by the requested model; bounded by the number of models with several backends. */
  private final ConcurrentMap<String, AtomicInteger> turns = new ConcurrentHashMap<>();

  Scheduler(Strategy strategy, Weights weights, RandomGenerator random) {
    this.strategy = strategy;
    this.weights = weights;
    this.random = random;
  }

  /** The candidates, best first. */
  List<Candidate> order(RoutingIntent intent) {
    var candidates = intent.candidates();
    int size = candidates.size();
    if (size < 2) {
      return candidates;
    }
    int turn = strategy == Strategy.ROUND_ROBIN ? turnOf(intent.resolvedModel()) : 0;
    var keys = new long[size];
    for (int i = 0; i < size; i++) {
      var candidate = candidates.get(i);
      long behindLocal = intent.localPreferred() && !candidate.backend().isLocal() ? 1 : 0;
      boolean translated = candidate.backend().isTranslated(intent.request().needs().api());
      long rank =
          switch (strategy) {
            case SMART -> Math.min(MAX_SCORE, MAX_SCORE - score(candidate) + malus(translated));
            case PRIORITY_ONLY -> Math.clamp(candidate.backend().priority(), 0, MAX_SCORE);
            case ROUND_ROBIN -> rotated(intent, i, turn);
            case RANDOM -> random.nextInt(MAX_SCORE);
          };
      long behindNative = translated && isByTurns() ? 1 : 0;
      long last = translated ? TRANSLATED | i : i;
      keys[i] =
          behindLocal << 57
              | (long) candidate.fallback() << 49
              | behindNative << 48
              | rank << 24
              | last;
    }
    Arrays.sort(keys);
    var order = new ArrayList<Candidate>(size);
    for (long key : keys) {
      order.add(candidates.get((int) (key & (TRANSLATED - 1))));
    }
    return order;
  }

  /** Whether the strategy rotates all candidates of a model regardless of their state. */
  private boolean isByTurns() {
    return strategy == Strategy.ROUND_ROBIN || strategy == Strategy.RANDOM;
  }

  /**
   * A quarter of the largest effect of load and latency: puts candidates that need a translation
   * behind their equals.
   */
  private long malus(boolean translated) {
    return translated ? 25L * (weights.load() + weights.latency()) : 0;
  }

  private int turnOf(String model) {
    return turns.computeIfAbsent(model, _ -> new AtomicInteger()).getAndIncrement();
  }

  /** The candidate's position among those to choose from, rotated by the turn. */
  private static int rotated(RoutingIntent intent, int index, int turn) {
    var candidates = intent.candidates();
    var candidate = candidates.get(index);
    var api = intent.request().needs().api();
    int before = 0;
    int equals = 0;
    for (int i = 0; i < candidates.size(); i++) {
      var other = candidates.get(i);
      boolean equal =
          other.fallback() == candidate.fallback()
              && other.backend().isTranslated(api) == candidate.backend().isTranslated(api)
              && (!intent.localPreferred()
                  || other.backend().isLocal() == candidate.backend().isLocal());
      equals += equal ? 1 : 0;
      before += equal && i < index ? 1 : 0;
    }
    return Math.floorMod(before - turn, equals);
  }

  /**
   * The weighted sum of priority, load and latency, each from 0 to 100; lower values of each are
   * better.
   */
  private long score(Candidate candidate) {
    var load = candidate.offer().load();
    long byPriority = 100L - Math.clamp(candidate.backend().priority(), 0, 100);
    long byLoad = 100L - Math.clamp(load.pending(), 0, 100);
    long byLatency = 100L - Math.clamp(load.latencyNanos() / 10_000_000, 0, 100);
    return Math.min(
        MAX_SCORE,
        weights.priority() * byPriority + weights.load() * byLoad + weights.latency() * byLatency);
  }
}
