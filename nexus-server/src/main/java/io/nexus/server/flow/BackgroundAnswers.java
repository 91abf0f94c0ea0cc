package io.nexus.server.flow;

import io.nexus.control.hold.Hold;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendRequest;
import io.nexus.server.dialect.AnswerBody;
import io.nexus.server.dialect.AnswerTooLongException;
import io.nexus.server.dialect.Delivery;
import io.nexus.server.dialect.WholeAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows answers that backends make while no client waits: their money stays held, and they are
 * asked after, ever more seldom, until they have ended and it is known what they cost.
 *
 * <p>What has not ended when the gateway stops is charged at its worst case, and so is what the
 * journal finds after a crash, since nobody asks after it any more. Safe for any number of threads.
 */
public final class BackgroundAnswers implements AutoCloseable {

  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  /** So often in a row it may be that a backend says nothing of use. */
  private static final int MOST_FAILURES = 20;

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final byte[] NOTHING = {};

  private final Set<Thread> following = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** None yet. */
  public BackgroundAnswers() {}

  /** What to do with an answer that has ended. */
  interface Settling {
    /** It is known what it cost; null if that will never be known. */
    void settle(@Nullable Delivery delivery);
  }

  /** How to read what a backend says. */
  interface Reading {
    /** The answer as it is now. */
    WholeAnswer read(AnswerBody body) throws AnswerTooLongException;
  }

  /**
   * Follows an answer.
   *
   * @param hold pays for it, and is ended by the settling
   * @param path where the backend is asked after it
   * @param stop whether the backend is to stop making it first
   */
  void follow(
      Attempt attempt, Hold hold, String path, boolean stop, Reading reading, Settling settling) {
    var thread =
        Thread.ofVirtual()
            .name("background-answer")
            .unstarted(
                () -> {
                  try (hold) {
                    settling.settle(end(attempt, path, stop, reading));
                  } finally {
                    following.remove(Thread.currentThread());
                  }
                });
    following.add(thread);
    thread.start();
  }

  private @Nullable Delivery end(Attempt attempt, String path, boolean stop, Reading reading) {
    long pauseMillis = FIRST_PAUSE_MILLIS;
    boolean toStop = stop;
    for (int failures = 0; failures < MOST_FAILURES && !closed; failures++) {
      if (toStop) {
        toStop = ask(attempt, "POST", path + "/cancel", reading).isEmpty();
      }
      try {
        Thread.sleep(pauseMillis);
      } catch (InterruptedException e) {
        return null;
      }
      pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 3 / 2);
      var answer = ask(attempt, "GET", path, reading);
      if (answer.isPresent()) {
        if (!answer.get().answer().made().pending()) {
          return answer.get().delivery();
        }
        failures = -1;
      }
    }
    return null;
  }

  private static Optional<WholeAnswer> ask(
      Attempt attempt, String method, String path, Reading reading) {
    var request =
        new BackendRequest(
            attempt.asked().needs().api(), method, path, NOTHING, BackendRequest.JSON, Map.of());
    try (var reply = attempt.destination().live().client().send(request)) {
      return reply.status() == 200
          ? Optional.of(reading.read(new AnswerBody(reply)))
          : Optional.empty();
    } catch (BackendException | AnswerTooLongException e) {
      return Optional.empty();
    }
  }

  /** Stops asking; what has not ended is charged at its worst case. */
  @Override
  public void close() {
    closed = true;
    var left = Set.copyOf(following);
    left.forEach(Thread::interrupt);
    for (var thread : left) {
      try {
        thread.join(PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
