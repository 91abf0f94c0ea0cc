package io.nexus.server.backend;

import io.nexus.config.HealthCheckConfig;
import io.nexus.config.Probe;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendException.Kind;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Periodically asks the backends for their models, which shows whether they are up.
 *
 * <p>A backend with configured models need not have a model list: if it refuses the query it is up,
 * and clients' requests decide its health. The same applies to backends that are not queried.
 *
 * <p>Each is queried once before the gateway is ready; one that does not answer then is down at
 * once. Later, {@code failure_threshold} failures in a row mark it down, and {@code
 * recovery_threshold} successes bring it back.
 */
public final class HealthChecks implements AutoCloseable {

  private static final Logger LOG = System.getLogger(HealthChecks.class.getName());

  private final BackendRegistry registry;
  private final HealthCheckConfig config;
  private final Map<LiveBackend, Integer> streaks = new HashMap<>();
  private final Set<LiveBackend> withoutModels = new HashSet<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("health-checks").factory());

  /** Creates checks, which start with {@link #start}. */
  public HealthChecks(BackendRegistry registry, HealthCheckConfig config) {
    this.registry = registry;
    this.config = config;
  }

  /**
   * Queries every backend once, and then periodically if checks are enabled. If they are disabled,
   * the one query only finds the models.
   */
  public void start() {
    run(true);
    if (config.enabled()) {
      long interval = config.interval().toMillis();
      var _ =
          thread.scheduleWithFixedDelay(
              () -> run(false), interval, interval, TimeUnit.MILLISECONDS);
    }
  }

  /** Queries new backends before they are used, so that their models are known. */
  public synchronized void prepare(List<LiveBackend> backends) {
    ask(backends, true);
  }

  /** Queries one now; the result counts at once. */
  public synchronized void probe(LiveBackend live) {
    ask(List.of(live), true);
    registry.index();
  }

  private synchronized void run(boolean first) {
    ask(registry.backends(), first);
    streaks.keySet().retainAll(registry.backends());
    withoutModels.retainAll(registry.backends());
    registry.index();
  }

  private void ask(List<LiveBackend> backends, boolean first) {
    try (var asking = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          backends.stream()
              .filter(live -> live.probe() == Probe.MODELS)
              .map(live -> Map.entry(live, asking.submit(question(live))))
              .toList();
      for (var answer : answers) {
        note(answer.getKey(), answer.getValue(), first);
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Health checks failed; they run again at the next interval", e);
    }
  }

  private Callable<List<String>> question(LiveBackend live) {
    return () -> live.client().models(config.timeout());
  }

  private void note(LiveBackend live, Future<List<String>> answer, boolean first) {
    try {
      live.discovered(answer.get());
      live.judgedByChat(false);
      noteModels(live);
      count(live, true, first ? 1 : config.recoveryThreshold(), "answers");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (live.isConfigured()
          && e.getCause() instanceof BackendException refusal
          && refusal.kind() == Kind.REFUSED) {
        unlisted(live, refusal.getMessage());
        count(live, true, first ? 1 : config.recoveryThreshold(), "answers");
        return;
      }
      var problem =
          e.getCause() instanceof BackendException known
              ? known.getMessage()
              : "failed: " + e.getCause();
      count(live, false, first ? 1 : config.failureThreshold(), problem);
    }
  }

  /** Handles a backend that is up but has no model list: its answers to clients decide. */
  private static void unlisted(LiveBackend live, String news) {
    if (!live.isJudgedByChat()) {
      live.judgedByChat(true);
      LOG.log(
          Level.WARNING,
          "Backend {0} does not list its models: it {1}. It is sent requests for those that are"
              + " configured, and its answers to them show whether it is up",
          live.backend().name(),
          news);
    }
  }

  /** Logs a backend without models once, until it has some. */
  private void noteModels(LiveBackend live) {
    if (!live.models().isEmpty()) {
      withoutModels.remove(live);
    } else if (withoutModels.add(live)) {
      LOG.log(
          Level.WARNING,
          "Backend {0} gets no requests: it lists no models, and none are configured for it. Name"
              + " them in its ''models''",
          live.backend().name());
    }
  }

  /**
   * Counts results in a row; a streak of the threshold changes the health. Positive streaks are
   * successes.
   */
  private void count(LiveBackend live, boolean success, int threshold, String news) {
    int before = streaks.getOrDefault(live, 0);
    int streak = success ? Math.max(before, 0) + 1 : Math.min(before, 0) - 1;
    streaks.put(live, streak);
    if (config.enabled() && Math.abs(streak) >= threshold && live.isUp() != success) {
      live.healthy(success);
      LOG.log(
          success ? Level.INFO : Level.WARNING,
          "Backend {0} is {1}: it {2}",
          live.backend().name(),
          success ? "up" : "down",
          news);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
