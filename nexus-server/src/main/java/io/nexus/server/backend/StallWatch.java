package io.nexus.server.backend;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Ends exchanges in which the other side says nothing for too long.
 *
 * <p>It stands in for timeouts on the sockets: to each read with a timeout on a virtual thread the
 * JDK schedules and cancels a task, and wakes its timer's thread for both. Here a reader notes the
 * number of the current tick, and one thread looks at all notes once a tick, and forgets those of
 * exchanges that have ended. So an exchange is cut up to two ticks late.
 *
 * <p>Safe for any number of threads.
 */
final class StallWatch implements AutoCloseable {

  private static final long TICK_MILLIS = 100;
  private static final long NOT_WAITING = 0;

  private final Queue<Wait> waits = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile long tick = 1;

  StallWatch(String name) {
    thread = Thread.ofVirtual().name("stalls-" + name).start(this::watch);
  }

  /**
   * Begins to watch; nothing is waited for yet.
   *
   * @param patience how long one wait may take
   * @param stalled run once when a wait has taken longer, on the watch's thread
   */
  Wait watch(Duration patience, Runnable stalled) {
    var wait = new Wait(Math.ceilDiv(patience.toMillis(), TICK_MILLIS), stalled);
    waits.add(wait);
    return wait;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(TICK_MILLIS);
        long now = tick + 1;
        tick = now;
        waits.removeIf(wait -> wait.isOverAt(now));
      }
    } catch (InterruptedException e) {
      // The watch is closed.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** One exchange. Its thread begins and ends waits, one after the other. */
  final class Wait {
    private final long mostTicks;
    private final Runnable stalled;
    private volatile long since = NOT_WAITING;
    private volatile boolean ended;
    private volatile boolean stalledOut;

    private Wait(long mostTicks, Runnable stalled) {
      this.mostTicks = mostTicks;
      this.stalled = stalled;
    }

    /** From now on something is waited for. */
    void begin() {
      since = tick;
    }

    /** It has come. */
    void end() {
      since = NOT_WAITING;
    }

    /** Whether the exchange was cut because something took too long. */
    boolean hasStalled() {
      return stalledOut;
    }

    /** The exchange has ended. */
    void forget() {
      ended = true;
    }

    private boolean isOverAt(long now) {
      long begun = since;
      if (!ended && begun != NOT_WAITING && now - begun > mostTicks) {
        stalledOut = true;
        stalled.run();
        return true;
      }
      return ended;
    }
  }
}
