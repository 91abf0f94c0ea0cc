package io.nexus.server.http;

import io.helidon.common.socket.HelidonSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Cuts connections whose client is too slow: with the head of a request, with its body, or with
 * reading what it is sent.
 *
 * <p>A thread that begins to wait for a client notes the current tick, which is two writes to
 * memory, and one thread looks at all notes once a tick. So a connection is cut up to two ticks
 * late. Timeouts of the sockets would cost a scheduled task for each read, and hold for each read
 * by itself: a client that sends a byte at a time would never be late. The thread sleeps while
 * nobody waits for a client.
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

  /** Whether the thread sleeps until something is waited for, or is about to. */
  private volatile boolean resting;

  /**
   * Deadlines of these lengths.
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

  /** The deadline of a connection, to be forgotten when the connection ends. */
  Deadline of(HelidonSocket socket) {
    var deadline = new Deadline(socket);
    deadlines.add(deadline);
    return deadline;
  }

  private void watch() {
    try {
      while (true) {
        resting = true;
        if (!isWaiting()) {
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

  /** What a connection's thread waits for; one thing at a time. */
  final class Deadline {
    private final HelidonSocket socket;
    private long mostTicks;
    private volatile long since = NOT_WAITING;

    private Deadline(HelidonSocket socket) {
      this.socket = socket;
    }

    /** The rest of a request's head is to come. */
    void head() {
      begin(headTicks);
    }

    /** A request's body is to come. */
    void body() {
      begin(bodyTicks);
    }

    /** The client is to take what is written. */
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

    /** It has come, or was taken. */
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
