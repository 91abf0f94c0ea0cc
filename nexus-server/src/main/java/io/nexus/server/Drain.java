package io.nexus.server;

import io.helidon.webserver.http.Handler;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Errors;
import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lets requests under way come to their end while no new ones are taken. */
final class Drain {

  private final Phaser underWay = new Phaser(1);
  private volatile boolean ready;

  /** Whether requests are taken. */
  boolean isReady() {
    return ready;
  }

  /** Requests are taken from now on. */
  void open() {
    ready = true;
  }

  /** A handler that counts among those to be waited for. */
  Handler counted(Handler handler) {
    return (request, response) -> {
      if (!ready || underWay.register() < 0) {
        Errors.send(
            response,
            ApiException.unavailable(
                503, "service_unavailable", "not_ready", "The gateway is starting or stopping."));
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
