package io.nexus.server.flow;

import io.nexus.control.hold.Hold;
import io.nexus.control.ledger.PendingAnswer;
import io.nexus.server.dialect.AnswerBody;
import io.nexus.server.dialect.AnswerTooLongException;
import io.nexus.server.dialect.Delivery;
import io.nexus.server.dialect.WholeAnswer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows answers that backends make while no client waits: their money stays held, and they are
 * asked after, ever more seldom, until they have ended and it is known what they cost.
 *
 * <p>What has not ended when the gateway stops is charged at its worst case, and so is what the
 * journal finds after a crash. {@link UnfinishedAnswers} asks after it from the next start on. Safe
 * for any number of threads.
 */
public final class BackgroundAnswers implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final UnfinishedAnswers unfinished;
  private final Set<Thread> following = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * None yet.
   *
   * @param unfinished writes down what is followed
   */
  public BackgroundAnswers(UnfinishedAnswers unfinished) {
    this.unfinished = unfinished;
  }

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
    var polling =
        new Polling(
            attempt.destination().live().client(),
            attempt.asked().needs().api(),
            path,
            () -> closed);
    var pending =
        new PendingAnswer(
            hold.request().id(),
            unfinished.node(),
            attempt.candidate().backend().name(),
            path,
            attempt.exchange().arrivedMillis());
    run(
        () -> {
          try (hold) {
            unfinished.begun(pending);
            var ended =
                polling.end(stop, reading::read, answer -> answer.answer().made().pending());
            settling.settle(ended.map(WholeAnswer::delivery).orElse(null));
            if (closed && ended.isEmpty()) {
              // What is interrupted may have had no time to write it down.
              var _ = Thread.interrupted();
              unfinished.begun(pending);
            } else {
              unfinished.finished(pending.attempt());
            }
          }
        });
  }

  /**
   * Asks after what was followed when the gateway stopped, or died: it has been charged its worst
   * case, which is corrected.
   */
  public void resume() {
    run(
        () -> {
          for (PendingAnswer answer : unfinished.left()) {
            run(() -> unfinished.end(answer, () -> closed));
          }
        });
  }

  private void run(Runnable task) {
    var thread =
        Thread.ofVirtual()
            .name("background-answer")
            .unstarted(
                () -> {
                  try {
                    task.run();
                  } finally {
                    following.remove(Thread.currentThread());
                  }
                });
    following.add(thread);
    thread.start();
  }

  /** Stops asking; what has not ended is charged at its worst case for now. */
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
    unfinished.close();
  }
}
