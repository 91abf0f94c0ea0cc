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
 * Follows answers that backends generate while no client waits. Their money stays held, and the
 * backend is polled at growing intervals until they have ended and their cost is known.
 *
 * <p>Answers not ended when the gateway stops are charged at their worst case, like those in the
 * journal after a crash. {@link UnfinishedAnswers} polls for them after the next start. Safe for
 * any number of threads.
 */
public final class BackgroundAnswers implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final UnfinishedAnswers unfinished;
  private final Set<Thread> following = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Starts empty.
   *
   * @param unfinished stores the followed answers
   */
  public BackgroundAnswers(UnfinishedAnswers unfinished) {
    this.unfinished = unfinished;
  }

  /** Settles an answer that has ended. */
  interface Settling {
    /** Settles it; null if its cost will never be known. */
    void settle(@Nullable Delivery delivery);
  }

  /** Reads a backend's answer. */
  interface Reading {
    /** The current state of the answer. */
    WholeAnswer read(AnswerBody body) throws AnswerTooLongException;
  }

  /**
   * Follows an answer.
   *
   * @param hold pays for it; the settling ends it
   * @param path the path to poll
   * @param stop whether to cancel it at the backend first
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
              // An interrupted thread may have had no time to store it.
              var _ = Thread.interrupted();
              unfinished.begun(pending);
            } else {
              unfinished.finished(pending.attempt());
            }
          }
        });
  }

  /**
   * Polls for answers that were followed when the gateway stopped or died, and corrects their
   * worst-case charge.
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

  /** Stops polling; answers not ended are charged at their worst case for now. */
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
