package io.nexus.server;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Handler;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Errors;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lets running requests complete while no new ones are accepted. Before that, the gateway may
 * report for a while that it is not ready and still accept requests, because load balancers send
 * requests until their next check. During that time each answer closes its connection, so that the
 * next request goes elsewhere.
 */
final class Drain {

  private final Phaser underWay = new Phaser(1);
  private volatile boolean ready;
  private volatile boolean taking;

  /** Whether the gateway reports that it is ready. */
  boolean isReady() {
    return ready;
  }

  /** Accepts requests from now on. */
  void open() {
    taking = true;
    ready = true;
  }

  /** Reports that it is not ready, and still accepts requests for the given time. */
  void announce(Duration delay) {
    if (!ready) {
      return; // It does not serve yet, so no requests arrive.
    }
    ready = false;
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A handler whose requests are counted and waited for. */
  Handler counted(Handler handler) {
    return (request, response) -> {
      if (!ready) {
        // Otherwise a client would keep its connection until it breaks, perhaps between two
        // requests.
        response.header(HeaderValues.CONNECTION_CLOSE);
      }
      if (!taking || underWay.register() < 0) {
        Errors.send(
            response,
            new ApiException(
                503,
                new ApiError(
                    "The gateway is starting or stopping.",
                    "service_unavailable",
                    null,
                    "not_ready"),
                Map.of("Retry-After", "1")));
        return;
      }
      try {
        handler.handle(request, response);
      } finally {
        underWay.arriveAndDeregister();
      }
    };
  }

  /**
   * Stops accepting requests and waits for running ones.
   *
   * @return whether all of them ended in time
   */
  boolean close(Duration patience) {
    ready = false;
    taking = false;
    int phase = underWay.arriveAndDeregister();
    try {
      underWay.awaitAdvanceInterruptibly(phase, patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
