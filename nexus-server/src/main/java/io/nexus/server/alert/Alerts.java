package io.nexus.server.alert;

import io.nexus.config.AlertConfig;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Glob;
import io.nexus.metrics.BudgetMeters;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Tells webhooks when the spend of budgets reaches thresholds, at most once a threshold and cycle.
 *
 * <p>Requests know nothing of it: the budgets are looked at once a second, and messages are sent by
 * threads of their own. Safe for concurrent use.
 */
public final class Alerts implements AutoCloseable {

  private static final Logger LOG = System.getLogger("io.nexus.alert");
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Timeout TIMEOUT = Timeout.ofSeconds(10);

  private record Alert(List<Watch> watches, Sender sender) {}

  private final List<Alert> alerts = new ArrayList<>();
  private final InstantSource clock;
  private final Optional<CloseableHttpClient> http;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("alerts").factory());

  private volatile boolean started;

  /**
   * Alerts that have not started.
   *
   * @param configs what to tell, and whom
   * @param budgets what is looked at
   * @param meters count what was delivered and what was not
   * @param clock decides when a message was sent
   * @throws io.nexus.server.StartException if a signing secret does not have the usual form
   */
  public Alerts(
      List<AlertConfig> configs,
      Budgets budgets,
      BudgetMeters meters,
      InstantSource clock,
      Backoff backoff) {
    this.clock = clock;
    if (configs.isEmpty()) {
      http = Optional.empty();
      return;
    }
    var client = client();
    http = Optional.of(client);
    for (var config : configs) {
      var glob = new Glob(config.budgets());
      var watches =
          budgets.budgets().stream()
              .filter(budget -> glob.matches(budget.terms().name()))
              .map(budget -> new Watch(config, budget))
              .toList();
      if (watches.isEmpty()) {
        LOG.log(
            Level.WARNING,
            "Alert {0} watches nothing: no budget is named like its budgets",
            config.name());
      }
      alerts.add(
          new Alert(
              watches, new Sender(config, new Webhook(config, client, clock), backoff, meters)));
    }
  }

  /** Looks from now on, once a second. */
  public void start() {
    if (!alerts.isEmpty()) {
      started = true;
      long millis = INTERVAL.toMillis();
      var _ = thread.scheduleWithFixedDelay(this::checkGuarded, 0, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Looks once; what is to be told is sent soon after. */
  public synchronized void check() {
    var now = clock.instant();
    for (var alert : alerts) {
      for (var watch : alert.watches()) {
        watch.look(now, alert.sender()::send);
      }
    }
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
    thread.shutdownNow();
    if (started) {
      checkGuarded();
    }
    alerts.forEach(alert -> alert.sender().close());
    http.ifPresent(client -> client.close(CloseMode.IMMEDIATE));
  }

  private static CloseableHttpClient client() {
    var pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(TIMEOUT)
                    .setSocketTimeout(TIMEOUT)
                    .build())
            .build();
    return HttpClients.custom()
        .setConnectionManager(pool)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setResponseTimeout(TIMEOUT)
                .setConnectionRequestTimeout(TIMEOUT)
                .setExpectContinueEnabled(false)
                .build())
        .setUserAgent("Nexus")
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .build();
  }
}
