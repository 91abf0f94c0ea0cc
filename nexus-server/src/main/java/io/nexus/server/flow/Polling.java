package io.nexus.server.flow;

import io.nexus.control.routing.Api;
import io.nexus.control.spi.BackendClient;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendRequest;
import io.nexus.server.dialect.AnswerBody;
import io.nexus.server.dialect.AnswerTooLongException;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Polls a backend for an answer at growing intervals until it has ended.
 *
 * @param path the path to poll
 * @param stopped whether to stop polling
 */
record Polling(BackendClient client, Api api, String path, BooleanSupplier stopped) {

  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  /** The largest number of failed polls in a row. */
  private static final int MOST_FAILURES = 20;

  private static final byte[] NOTHING = {};

  /** Reads a backend's answer. */
  interface Reading<T> {
    /** The current state of the answer. */
    T read(AnswerBody body) throws AnswerTooLongException;
  }

  /**
   * Polls until the answer has ended; empty if polling failed or was stopped.
   *
   * @param stop whether to cancel it at the backend first
   * @param pending whether an answer is still pending
   */
  <T> Optional<T> end(boolean stop, Reading<T> reading, Predicate<T> pending) {
    long pauseMillis = FIRST_PAUSE_MILLIS;
    boolean toStop = stop;
    for (int failures = 0; failures < MOST_FAILURES && !stopped.getAsBoolean(); failures++) {
      if (toStop) {
        toStop = ask("POST", path + "/cancel", reading).isEmpty();
      }
      if (!pause(pauseMillis)) {
        return Optional.empty();
      }
      pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 3 / 2);
      var answer = ask("GET", path, reading);
      if (answer.isPresent()) {
        if (!pending.test(answer.get())) {
          return answer;
        }
        failures = -1;
      }
    }
    return Optional.empty();
  }

  private static boolean pause(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private <T> Optional<T> ask(String method, String at, Reading<T> reading) {
    var request = new BackendRequest(api, method, at, NOTHING, BackendRequest.JSON, Map.of());
    try (var reply = client.send(request)) {
      return reply.status() == 200
          ? Optional.of(reading.read(new AnswerBody(reply)))
          : Optional.empty();
    } catch (BackendException | AnswerTooLongException e) {
      return Optional.empty();
    }
  }
}
