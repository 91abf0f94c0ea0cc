package io.nexus.bench.load;

import java.io.IOException;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * Does on one thread what many connections have to do at planned times. A thread for each would be
 * woken by a timer of its own each time, which costs more than to write an event.
 *
 * <p>A step that blocks holds up all others. To write an event blocks when the peer has left some
 * hundred kilobytes unread.
 *
 * <p>Safe for any number of threads.
 */
final class Pacer implements AutoCloseable {
  private final Queue<Plan> arrivals = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Plan> plans =
      new PriorityQueue<>((a, b) -> Long.signum(a.due - b.due));
  private final Thread thread =
      Thread.ofPlatform().daemon().name("mock-pacer").unstarted(this::run);
  private volatile boolean closed;

  /** A pacer whose thread runs until it is closed. */
  static Pacer start() {
    var pacer = new Pacer();
    pacer.thread.start();
    return pacer;
  }

  /** What is done over and over, on the pacer's thread. */
  @FunctionalInterface
  interface Step {
    /**
     * Does it once.
     *
     * @throws IOException if it cannot be done, which is the end of the plan
     */
    void perform() throws IOException;
  }

  /**
   * Performs a step some times, the first at once, and returns when the last is done. One that is
   * late does not delay those after it.
   *
   * @param gapNanos between the planned times of two
   * @throws IOException if a step cannot be performed, or the pacer is closed before the last
   */
  void perform(int times, long gapNanos, Step step) throws IOException, InterruptedException {
    if (times <= 0) {
      return;
    }
    var plan = new Plan(step, times, gapNanos);
    arrivals.add(plan);
    LockSupport.unpark(thread);
    if (closed) {
      throw new IOException("the pacer is closed");
    }
    try {
      plan.end.get();
    } catch (ExecutionException e) {
      throw new IOException("a step failed", e.getCause());
    }
  }

  private void run() {
    while (!closed) {
      for (var plan = arrivals.poll(); plan != null; plan = arrivals.poll()) {
        plans.add(plan);
      }
      var next = plans.peek();
      long wait = next == null ? Long.MAX_VALUE : next.due - System.nanoTime();
      if (next == null || wait > 0) {
        LockSupport.parkNanos(this, wait);
        continue;
      }
      plans.remove();
      if (next.goesOn()) {
        plans.add(next);
      }
    }
    plans.addAll(arrivals);
    plans.forEach(plan -> plan.end.completeExceptionally(new IOException("the pacer is closed")));
  }

  /** Ends all plans. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  /** What is still to be done for one caller. Its time is the pacer's thread's alone. */
  private static final class Plan {
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Step step;
    private final long gapNanos;
    private int left;
    private long due = System.nanoTime();

    Plan(Step step, int times, long gapNanos) {
      this.step = step;
      this.gapNanos = gapNanos;
      this.left = times;
    }

    /** Performs the step and plans the next; false if there is none. */
    boolean goesOn() {
      try {
        step.perform();
      } catch (IOException e) {
        end.completeExceptionally(e);
        return false;
      }
      left--;
      due += gapNanos;
      if (left == 0) {
        end.complete(null);
      }
      return left > 0;
    }
  }
}
