package io.nexus.config;

import io.nexus.control.routing.Strategy;
import java.time.Duration;

/** {@code [routing]} with its weights, aliases, fallbacks and policies. */
final class RoutingSection {

  private static final String WEIGHTS = "weights";
  private static final String ALIASES = "aliases";
  private static final String FALLBACKS = "fallbacks";
  private static final String POLICIES = "policies";
  private static final Key<Strategy> STRATEGY =
      Key.of("strategy", Types.choice(Strategy.class, Strategy::label), Strategy.SMART);
  private static final Key<Integer> MAX_RETRIES = Key.of("max_retries", Types.whole(0, 10), 2);
  private static final Key<Boolean> RETRY_UNKNOWN = Key.of("retry_unknown", Types.flag(), false);
  private static final Key<Integer> QUEUE_SIZE =
      Key.of("queue_size", Types.whole(0, 1_000_000), 1024);
  private static final Key<Duration> QUEUE_WAIT =
      Key.of("queue_wait_seconds", Types.seconds(0, 86_400), Duration.ofMinutes(1));
  private static final Key<Integer> PRIORITY = Key.of("priority", Types.whole(0, 100), 50);
  private static final Key<Integer> LOAD = Key.of("load", Types.whole(0, 100), 30);
  private static final Key<Integer> LATENCY = Key.of("latency", Types.whole(0, 100), 20);
  private static final Key<String> MODEL_PATTERN = Key.of("model_pattern", Types.glob());
  private static final Key<Privacy> PRIVACY =
      Key.of("privacy", Types.choice(Privacy.class, Privacy::label), Privacy.UNRESTRICTED);
  private static final Key<Integer> MIN_TIER = Key.of("min_tier", Types.whole(1, 3), 1);

  private RoutingSection() {}

  static RoutingConfig read(TableReader in) {
    return new RoutingConfig(
        in.get(STRATEGY),
        in.get(MAX_RETRIES),
        in.get(RETRY_UNKNOWN),
        in.get(QUEUE_SIZE),
        in.get(QUEUE_WAIT),
        in.table(WEIGHTS, RoutingSection::readWeights),
        in.texts(ALIASES),
        in.lists(FALLBACKS),
        in.tables(POLICIES, RoutingSection::readPolicy));
  }

  private static RoutingWeights readWeights(TableReader in) {
    var weights = new RoutingWeights(in.get(PRIORITY), in.get(LOAD), in.get(LATENCY));
    if (weights.allZero()) {
      in.problem(PRIORITY.name(), "all three weights are 0", "give one of them above 0");
    }
    return weights;
  }

  private static RoutingPolicy readPolicy(TableReader in) {
    return new RoutingPolicy(in.required(MODEL_PATTERN), in.get(PRIVACY), in.get(MIN_TIER));
  }

  static void write(TomlWriter out, RoutingConfig routing) {
    out.table("routing")
        .put(STRATEGY, routing.strategy())
        .put(MAX_RETRIES, routing.maxRetries())
        .put(RETRY_UNKNOWN, routing.retryUnknown())
        .put(QUEUE_SIZE, routing.queueSize())
        .put(QUEUE_WAIT, routing.queueWait())
        .table("routing." + WEIGHTS)
        .put(PRIORITY, routing.weights().priority())
        .put(LOAD, routing.weights().load())
        .put(LATENCY, routing.weights().latency())
        .table("routing." + ALIASES)
        .texts(routing.aliases())
        .table("routing." + FALLBACKS)
        .lists(routing.fallbacks());
    for (var policy : routing.policies()) {
      out.element("routing." + POLICIES)
          .put(MODEL_PATTERN, policy.modelPattern())
          .put(PRIVACY, policy.privacy())
          .put(MIN_TIER, policy.minTier());
    }
  }
}
