package io.nexus.server.alert;

import io.nexus.config.AlertConfig;
import io.nexus.config.AlertEvent;
import io.nexus.config.AlertFormat;
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
 * Tells webhooks when the spend of budgets reaches thresholds, at most once a threshold and cycle,
 * and of what else happens that operators should know.
 *
 * <p>Requests know nothing of it: the budgets are looked at once a second, and messages are sent by
 * threads of their own. Safe for concurrent use.
 */
public final class Alerts implements AutoCloseable {

  private static final Logger LOG = System.getLogger("io.nexus.alert");
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /**
   * @param values the eyes on single values of budgets, by their names; touched while looking only
   */
  private record Alert(
      AlertConfig config,
      List<Watch> watches,
      Map<String, Watch> values,
      EventWatch events,
      Sender sender) {}

  private final Budgets budgets;
  private final BudgetMeters meters;
  private final Told told;
  private final AlertSources sources;
  private final InstantSource clock;
  private final Backoff backoff;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("alerts").factory());

  /**
   * Held while looking, in which the ledger may be waited for. Nobody waits for this who is waited
   * for by the ledger's thread: that tells of changed budgets by {@link #watch}.
   */
  private final Object looking = new Object();

  private List<Alert> alerts = List.of();
  private volatile Consumer<String> observer = _ -> {};
  private Optional<CloseableHttpClient> http = Optional.empty();
  private boolean started;
  private boolean scheduled;

  /**
   * Alerts that have not started.
   *
   * @param configs what to tell, and whom
   * @param budgets what is looked at
   * @param meters count what was delivered and what was not
   * @param told remembers what was told
   * @param sources what is looked at beside budgets
   * @param clock decides when a message was sent
   * @throws io.nexus.server.StartException if a signing secret does not have the usual form
   */
  public Alerts(
      List<AlertConfig> configs,
      Budgets budgets,
      BudgetMeters meters,
      Told told,
      AlertSources sources,
      InstantSource clock,
      Backoff backoff) {
    this.budgets = budgets;
    this.meters = meters;
    this.told = told;
    this.sources = sources;
    this.clock = clock;
    this.backoff = backoff;
    replace(configs);
  }

  /**
   * Tells these from now on; what was told of one that stays is not told again.
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
        before.map(Alert::events).orElseGet(() -> new EventWatch(config, sources, told)),
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
        .map(budget -> known.getOrDefault(budget, new Watch(config, budget, told)))
        .toList();
  }

  /** Watches the budgets that there are by now. */
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

  /** Is told of each message beside the webhooks: its text as JSON. */
  public void observe(Consumer<String> told) {
    observer = told;
  }

  /** Looks from now on, once a second. */
  public synchronized void start() {
    started = true;
    schedule();
  }

  private void schedule() {
    if (started && !scheduled && !alerts.isEmpty()) {
      scheduled = true;
      long millis = INTERVAL.toMillis();
      var _ = thread.scheduleWithFixedDelay(this::checkGuarded, 0, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Looks once; what is to be told is sent soon after. */
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

  /** There may be very many values: only who names them is told of them. */
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
                          : new Watch(alert.config, value, told))
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

  /** A failure of one look must not end all further ones. */
  private void checkGuarded() {
    try {
      check();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Alerts failed to look at the budgets; they look again", e);
    }
  }

  /** Looks a last time if it ever looked, sends what can be sent at once, and ends. */
  @Override
  public void close() {
    // Not interrupted: a look that asks what others have told would tell it again for want of an
    // answer.
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
