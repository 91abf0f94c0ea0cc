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
 * Lets requests under way come to their end while no new ones are taken. Before that it may say for
 * a while that it is not ready and still take all that come: balancers go on sending until they
 * have asked. From then on each answer ends its connection, so that the next request goes
 * elsewhere.
 */
final class Drain {

  private final Phaser underWay = new Phaser(1);
  private volatile boolean ready;
  private volatile boolean taking;

  /** Whether requests should be sent. */
  boolean isReady() {
    return ready;
  }

  /** Requests are taken from now on. */
  void open() {
    taking = true;
    ready = true;
  }

  /** Is not ready from now on, and still takes requests for so long. */
  void announce(Duration delay) {
    if (!ready) {
      return; // It does not serve yet: nobody sends anything.
    }
    ready = false;
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A handler that counts among those to be waited for. */
  Handler counted(Handler handler) {
    return (request, response) -> {
      if (!ready) {
        // A client that keeps its connection would stay until it breaks, perhaps between two
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
   * Takes no more requests and waits for those under way.
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
