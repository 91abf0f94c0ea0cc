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
 * Puts the candidates that are left in the order in which they are tried.
 *
 * <p>Where money is short, local ones come before all others. Within that, the model that was asked
 * for comes before its fallbacks, and these in the order of their chain. Within one model the
 * strategy decides; equals stay as listed.
 *
 * <p>Safe for concurrent use.
 */
final class Scheduler {

  /** A score reaches 100 in each part, times weights that add up to this or less. */
  private static final int MAX_SCORE = (1 << 24) - 1;

  private final Strategy strategy;
  private final Weights weights;
  private final RandomGenerator random;

  /** By the model that was asked for; no more than are served by several backends. */
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
      long rank =
          switch (strategy) {
            case SMART -> MAX_SCORE - score(candidate);
            case PRIORITY_ONLY -> Math.clamp(candidate.backend().priority(), 0, MAX_SCORE);
            case ROUND_ROBIN -> rotated(intent, i, turn);
            case RANDOM -> random.nextInt(MAX_SCORE);
          };
      keys[i] = behindLocal << 56 | (long) candidate.fallback() << 48 | rank << 24 | i;
    }
    Arrays.sort(keys);
    var order = new ArrayList<Candidate>(size);
    for (long key : keys) {
      order.add(candidates.get((int) (key & 0xFFFFFF)));
    }
    return order;
  }

  private int turnOf(String model) {
    return turns.computeIfAbsent(model, _ -> new AtomicInteger()).getAndIncrement();
  }

  /** The candidate's place among those that the strategy has to choose from, turned so far. */
  private static int rotated(RoutingIntent intent, int index, int turn) {
    var candidates = intent.candidates();
    var candidate = candidates.get(index);
    int before = 0;
    int equals = 0;
    for (int i = 0; i < candidates.size(); i++) {
      var other = candidates.get(i);
      boolean equal =
          other.fallback() == candidate.fallback()
              && (!intent.localPreferred()
                  || other.backend().isLocal() == candidate.backend().isLocal());
      equals += equal ? 1 : 0;
      before += equal && i < index ? 1 : 0;
    }
    return Math.floorMod(before - turn, equals);
  }

  /**
   * The weighted sum of three marks from 0 to 100: the lower priority, load, latency, the better.
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
