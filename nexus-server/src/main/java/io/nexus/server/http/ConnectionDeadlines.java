package io.nexus.server.http;

import io.helidon.common.socket.HelidonSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Cuts connections whose client is too slow: in sending a request's head or body, or in reading the
 * answer.
 *
 * <p>A thread that begins to wait for a client notes the current tick, two writes to memory, and
 * one thread checks all notes once a tick. So a connection is cut up to two ticks late. Socket
 * timeouts would cost a scheduled task for each read, and would apply to each read separately, so
 * that a client which sends single bytes would never time out. The thread sleeps while no thread
 * waits for a client.
 *
 * <p>Safe for any number of threads.
 */
public final class ConnectionDeadlines implements AutoCloseable {

  private static final long TICK_MILLIS = 500;
  private static final long NOT_WAITING = 0;

  private final long headTicks;
  private final long bodyTicks;
  private final long writeTicks;
  private final Set<Deadline> deadlines = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile long tick = 1;

  /** Whether the thread sleeps, or is about to, until a thread waits. */
  private volatile boolean resting;

  /**
   * Creates deadlines.
   *
   * @param head for the head of a request, from its first byte or the connection's beginning
   * @param body for the whole body of a request
   * @param write for a client to take what is written
   */
  public ConnectionDeadlines(Duration head, Duration body, Duration write) {
    headTicks = ticks(head);
    bodyTicks = ticks(body);
    writeTicks = ticks(write);
    thread = Thread.ofVirtual().name("connection-deadlines").start(this::watch);
  }

  private static long ticks(Duration patience) {
    return Math.ceilDiv(patience.toMillis(), TICK_MILLIS);
  }

  /** The deadline of a connection; call {@code forget} when the connection ends. */
  Deadline of(HelidonSocket socket) {
    var deadline = new Deadline(socket);
    deadlines.add(deadline);
    return deadline;
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
        deadlines.forEach(deadline -> deadline.cutIfLate(now));
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private boolean isWaiting() {
    for (var deadline : deadlines) {
      if (deadline.since != NOT_WAITING) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** The current wait of a connection's thread; one at a time. */
  final class Deadline {
    private final HelidonSocket socket;
    private long mostTicks;
    private volatile long since = NOT_WAITING;

    private Deadline(HelidonSocket socket) {
      this.socket = socket;
    }

    /** Begins a wait for the rest of a request's head. */
    void head() {
      begin(headTicks);
    }

    /** Begins a wait for a request's body. */
    void body() {
      begin(bodyTicks);
    }

    /** Begins a wait for the client to read. */
    void write() {
      begin(writeTicks);
    }

    private void begin(long most) {
      mostTicks = most;
      since = tick;
      if (resting) {
        LockSupport.unpark(thread);
      }
    }

    /** Ends the wait. */
    void met() {
      since = NOT_WAITING;
    }

    /** The connection has ended. */
    void forget() {
      deadlines.remove(this);
    }

    private void cutIfLate(long now) {
      long begun = since;
      if (begun != NOT_WAITING && now - begun > mostTicks) {
        deadlines.remove(this);
        socket.close();
      }
    }
  }
}
