package io.nexus.server.alert;

import io.nexus.config.AlertConfig;
import io.nexus.config.AlertEvent;
import io.nexus.config.AlertFormat;
import io.nexus.control.budget.Budget;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Each;
import io.nexus.control.budget.Glob;
import io.nexus.metrics.BudgetMeters;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * Notifies webhooks when budgets reach thresholds, at most once per threshold and cycle, and of
 * other events that operators should know.
 *
 * <p>Requests are not involved: a thread checks the budgets once a second, and other threads send
 * the messages. Safe for concurrent use.
 */
public final class Alerts implements AutoCloseable {

  private static final Logger LOG = System.getLogger("io.nexus.alert");
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /**
   * @param values the watches of single values of budgets, by name; used only while checking
   */
  private record Alert(
      AlertConfig config,
      List<Watch> watches,
      Map<String, Watch> values,
      EventWatch events,
      Sender sender) {}

  private final Budgets budgets;
  private final BudgetMeters meters;
  private final SentNotices notices;
  private final AlertSources sources;
  private final InstantSource clock;
  private final Backoff backoff;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("alerts").factory());

  /**
   * Held during a check, which may wait for the ledger. Code that the ledger thread calls must not
   * take this lock: it reports changed budgets by {@link #watch}.
   */
  private final Object looking = new Object();

  private List<Alert> alerts = List.of();
  private volatile Consumer<String> observer = _ -> {};
  private Optional<CloseableHttpClient> http = Optional.empty();
  private boolean started;
  private boolean scheduled;

  /**
   * Creates alerts, which start with {@link #start}.
   *
   * @param configs the configured alerts
   * @param budgets the budgets to check
   * @param meters count delivered and failed messages
   * @param notices remembers the notices sent
   * @param sources the other sources
   * @param clock the time of messages
   * @throws io.nexus.server.StartException if a signing secret does not have the usual form
   */
  public Alerts(
      List<AlertConfig> configs,
      Budgets budgets,
      BudgetMeters meters,
      SentNotices notices,
      AlertSources sources,
      InstantSource clock,
      Backoff backoff) {
    this.budgets = budgets;
    this.meters = meters;
    this.notices = notices;
    this.sources = sources;
    this.clock = clock;
    this.backoff = backoff;
    replace(configs);
  }

  /**
   * Replaces the alerts. Notices already sent by an alert that stays are not sent again.
   *
   * @throws io.nexus.server.StartException with nothing changed, if a signing secret does not have
   *     the usual form
   */
  public synchronized void replace(List<AlertConfig> configs) {
    if (!configs.isEmpty() && http.isEmpty()) {
      http = Optional.of(WebhookClient.create());
    }
    var hooks = new LinkedHashMap<AlertConfig, Webhook>();
    for (var config : configs) {
      if (known(config).isEmpty()) {
        hooks.put(config, new Webhook(config, http.orElseThrow(), clock));
      }
    }
    var before = alerts;
    alerts = configs.stream().map(config -> alert(config, hooks.get(config))).toList();
    var kept = alerts.stream().map(Alert::sender).toList();
    for (var alert : before) {
      if (!kept.contains(alert.sender)) {
        Thread.ofVirtual().name("alert-ends").start(alert.sender::close);
      }
    }
    for (var alert : alerts) {
      if (alert.watches.isEmpty()
          && !asksForValues(alert.config)
          && alert.config.on().contains(AlertEvent.THRESHOLD)) {
        LOG.log(
            Level.WARNING,
            "Alert {0} watches nothing: no budget is named like its budgets",
            alert.config.name());
      }
    }
    schedule();
  }

  private Optional<Alert> known(AlertConfig config) {
    return alerts.stream().filter(alert -> alert.config.equals(config)).findFirst();
  }

  private Alert alert(AlertConfig config, @Nullable Webhook hook) {
    var before = known(config);
    var sender =
        before.map(Alert::sender).orElseGet(() -> new Sender(config, fresh(hook), backoff, meters));
    return new Alert(
        config,
        watches(config, before.map(Alert::watches).orElse(List.of())),
        before.map(Alert::values).orElseGet(HashMap::new),
        before.map(Alert::events).orElseGet(() -> new EventWatch(config, sources, notices)),
        sender);
  }

  private static Webhook fresh(@Nullable Webhook hook) {
    if (hook == null) {
      throw new IllegalStateException("an alert that is new has a webhook");
    }
    return hook;
  }

  private List<Watch> watches(AlertConfig config, List<Watch> before) {
    var known = before.stream().collect(Collectors.toMap(Watch::budget, Function.identity()));
    var glob = new Glob(config.budgets());
    return budgets.budgets().stream()
        .filter(budget -> glob.matches(budget.terms().name()))
        .map(
            budget -> Optional.ofNullable(known.get(budget)).orElseGet(() -> begun(config, budget)))
        .toList();
  }

  /** A watch that knows what was spent before the next request, if there may be one. */
  private Watch begun(AlertConfig config, Budget budget) {
    var watch = new Watch(config, budget, notices);
    if (started) {
      watch.begin(clock.instant());
    }
    return watch;
  }

  /** Starts to watch budgets added since. */
  public synchronized void watch() {
    alerts =
        alerts.stream()
            .map(
                each ->
                    new Alert(
                        each.config,
                        watches(each.config, each.watches),
                        each.values,
                        each.events,
                        each.sender))
            .toList();
  }

  /** Adds a receiver of each message, as JSON, besides the webhooks. */
  public void observe(Consumer<String> receiver) {
    observer = receiver;
  }

  /** Starts to check once a second. */
  public synchronized void start() {
    started = true;
    var now = clock.instant();
    alerts.forEach(alert -> alert.watches.forEach(watch -> watch.begin(now)));
    schedule();
  }

  private void schedule() {
    if (started && !scheduled && !alerts.isEmpty()) {
      scheduled = true;
      long millis = INTERVAL.toMillis();
      var _ = thread.scheduleWithFixedDelay(this::checkGuarded, 0, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Checks once; messages are sent soon afterwards. */
  public void check() {
    synchronized (looking) {
      var now = clock.instant();
      for (var alert : inForce()) {
        for (var watch : alert.watches) {
          watch.look(now, message -> send(alert, message));
        }
        lookAtValues(alert, now);
        alert.events.look(now, message -> send(alert, message));
      }
    }
  }

  /** There may be very many values: only alerts that name them report them. */
  private void lookAtValues(Alert alert, Instant now) {
    if (!asksForValues(alert.config)) {
      return;
    }
    var glob = new Glob(alert.config.budgets());
    var seen = new HashSet<String>();
    for (var budget : budgets.budgets()) {
      if (budgets.each(budget).isEmpty()) {
        continue;
      }
      for (var value : budgets.values(budget, now.toEpochMilli())) {
        var name = value.terms().name();
        if (glob.matches(name)) {
          seen.add(name);
          alert
              .values
              .compute(
                  name,
                  (_, known) ->
                      known != null && known.isOf(value)
                          ? known
                          : new Watch(alert.config, value, notices))
              .look(now, message -> send(alert, message));
        }
      }
    }
    alert.values.keySet().retainAll(seen);
  }

  private static boolean asksForValues(AlertConfig config) {
    return config.budgets().indexOf(Each.SEPARATOR) >= 0;
  }

  private synchronized List<Alert> inForce() {
    return alerts;
  }

  private void send(Alert alert, AlertMessage message) {
    alert.sender.send(message);
    observer.accept(AlertText.write(message, AlertFormat.JSON));
  }

  /** Checks; a failure must not prevent further checks. */
  private void checkGuarded() {
    try {
      check();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Alerts failed to look at the budgets; they look again", e);
    }
  }

  /** Checks a last time if it was started, sends what can be sent at once, and stops. */
  @Override
  public void close() {
    // Not interrupted: a check that cannot read the notices of other gateways would send them
    // again.
    thread.shutdown();
    if (isScheduled()) {
      checkGuarded();
    }
    synchronized (this) {
      alerts.forEach(alert -> alert.sender.close());
      http.ifPresent(client -> client.close(CloseMode.IMMEDIATE));
    }
  }

  private synchronized boolean isScheduled() {
    return scheduled;
  }
}
