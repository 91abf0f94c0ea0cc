package io.nexus.server.backend;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.io.CloseMode;

/**
 * Cuts connections on which the other side is silent for too long.
 *
 * <p>It replaces socket timeouts: for each read with a timeout on a virtual thread, the JDK
 * schedules and cancels a task, and wakes its timer thread for both. Here a reader notes the
 * current tick, and one thread checks all notes once a tick. So a connection is cut up to two ticks
 * late. The thread sleeps while no read waits.
 *
 * <p>Safe for any number of threads.
 */
final class StallWatch implements AutoCloseable {

  private static final long TICK_MILLIS = 100;
  private static final long NOT_WAITING = 0;

  /** One note for each open connection, so that exchanges need not add or remove any. */
  private final Map<HttpClientConnection, Wait> waits = new ConcurrentHashMap<>();

  private final Thread thread;
  private volatile long tick = 1;

  /** Whether the thread sleeps, or is about to, until a read waits. */
  private volatile boolean resting;

  StallWatch(String name) {
    thread = Thread.ofVirtual().name("stalls-" + name).start(this::watch);
  }

  /** The number of ticks of a timeout. */
  static long ticks(Duration patience) {
    return Math.ceilDiv(patience.toMillis(), TICK_MILLIS);
  }

  /** The note of a connection. */
  Wait on(HttpClientConnection connection) {
    var wait = waits.get(connection);
    return wait == null ? waits.computeIfAbsent(connection, Wait::new) : wait;
  }

  private void watch() {
    try {
      while (true) {
        resting = true;
        // Asked again after each park: one that follows a sleep returns at once.
        while (!isWaiting() && !Thread.currentThread().isInterrupted()) {
          LockSupport.park(this);
        }
        resting = false;
        Thread.sleep(TICK_MILLIS);
        long now = tick + 1;
        tick = now;
        waits.values().removeIf(wait -> wait.isOverAt(now));
      }
    } catch (InterruptedException e) {
      // The watch is closed.
    }
  }

  private boolean isWaiting() {
    for (var wait : waits.values()) {
      if (wait.since != NOT_WAITING) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** The note of a connection. Its thread begins and ends waits, one after the other. */
  final class Wait {
    private final HttpClientConnection connection;
    private long mostTicks;
    private volatile long since = NOT_WAITING;
    private volatile boolean stalled;
    private volatile long keptNanos;

    private Wait(HttpClientConnection connection) {
      this.connection = connection;
    }

    /** Begins a wait of at most this number of ticks. */
    void begin(long most) {
      mostTicks = most;
      since = tick;
      if (resting) {
        LockSupport.unpark(thread);
      }
    }

    /** Ends the wait. */
    void end() {
      since = NOT_WAITING;
    }

    /** The connection is kept for another exchange. */
    void kept() {
      keptNanos = System.nanoTime();
    }

    /** The time for which it was kept unused; 0 at its first use. */
    long idleNanos() {
      long since = keptNanos;
      return since == 0 ? 0 : Math.max(1, System.nanoTime() - since);
    }

    /** Whether the connection was cut because a wait took too long. */
    boolean hasStalled() {
      return stalled;
    }

    private boolean isOverAt(long now) {
      long begun = since;
      if (begun != NOT_WAITING && now - begun > mostTicks) {
        stalled = true;
        connection.close(CloseMode.IMMEDIATE);
      }
      return !connection.isOpen();
    }
  }
}
