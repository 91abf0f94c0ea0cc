package io.nexus.server.alert;

import io.nexus.config.AlertConfig;
import io.nexus.metrics.BudgetMeters;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Sends the messages of one alert, one after the other, on its own thread: a receiver that does not
 * answer delays neither requests nor other alerts.
 */
final class Sender implements AutoCloseable {

  private static final Logger LOG = System.getLogger("io.nexus.alert");
  private static final int WAITING = 1_000;
  private static final int GONE = 410;
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final AlertConfig alert;
  private final Webhook webhook;
  private final Backoff backoff;
  private final BudgetMeters meters;

  /** The waiting messages; an empty one ends the thread. */
  private final ArrayBlockingQueue<Optional<AlertMessage>> queue =
      new ArrayBlockingQueue<>(WAITING);

  private final Thread thread;

  Sender(AlertConfig alert, Webhook webhook, Backoff backoff, BudgetMeters meters) {
    this.alert = alert;
    this.webhook = webhook;
    this.backoff = backoff;
    this.meters = meters;
    this.thread = Thread.ofVirtual().name("alert-" + alert.name()).start(this::run);
  }

  /** Queues a message; returns at once. */
  void send(AlertMessage message) {
    if (!queue.offer(Optional.of(message))) {
      lost(message, "too many messages wait for the webhook");
    }
  }

  private void run() {
    try {
      for (var next = queue.take(); next.isPresent(); next = queue.take()) {
        deliver(next.get());
      }
    } catch (InterruptedException e) {
      for (var next = queue.poll(); next != null; next = queue.poll()) {
        next.ifPresent(message -> lost(message, "the gateway stops"));
      }
    }
  }

  private void deliver(AlertMessage message) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      var failure = attempt(message);
      if (failure.isEmpty()) {
        meters.alerts(true).increment();
        return;
      }
      if (attempt >= backoff.attempts() || failure.equals(status(GONE))) {
        lost(message, failure + " at attempt " + attempt);
        return;
      }
      try {
        Thread.sleep(backoff.after(attempt));
      } catch (InterruptedException e) {
        lost(message, failure + ", and the gateway stops");
        throw e;
      }
    }
  }

  /** Sends the message once; returns why it was not accepted, or an empty text. */
  private String attempt(AlertMessage message) {
    try {
      int status = webhook.post(message);
      return status / 100 == 2 ? "" : status(status);
    } catch (IOException | RuntimeException e) {
      // The exception's message may quote the address, which may be secret.
      return "the webhook cannot be reached (" + e.getClass().getSimpleName() + ")";
    }
  }

  private static String status(int status) {
    return "the webhook answers with status " + status;
  }

  private void lost(AlertMessage message, String reason) {
    meters.alerts(false).increment();
    LOG.log(
        Level.WARNING,
        "Alert {0} was not delivered ({1}): {2}",
        alert.name(),
        message.about(),
        reason);
  }

  /** Sends waiting messages if that is quickly done, and drops the rest. */
  @Override
  public void close() {
    try {
      if (!queue.offer(Optional.empty()) || !thread.join(GRACE)) {
        thread.interrupt();
        thread.join(GRACE);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
