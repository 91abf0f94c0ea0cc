package io.nexus.control.hold;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Extends the holds of silent streams: hidden reasoning uses up a hold as visible output does, but
 * triggers no event.
 *
 * <p>One thread checks the due time of every stream twenty times a second, and sleeps while there
 * is none. A due hold is extended on a thread of its own, because that may wait for the journal.
 *
 * <p>Safe for any number of threads.
 */
public final class HoldTimer implements AutoCloseable {

  /** The largest delay after which a due hold is extended. */
  static final long TICK_NANOS = 50_000_000;

  private final Set<Watched> streams = ConcurrentHashMap.newKeySet();
  private final LongSupplier nanoTime;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Set before the thread checks for streams, so that either the thread or a new stream notices the
   * other.
   */
  private volatile boolean resting;

  /**
   * A timer that runs until it is closed.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public static HoldTimer started(LongSupplier nanoTime) {
    var timer = new HoldTimer(nanoTime);
    timer.start();
    return timer;
  }

  HoldTimer(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    thread = Thread.ofVirtual().name("hold-timer").unstarted(this::run);
  }

  /** The registration of a stream; ends at {@link #close}. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  void start() {
    thread.start();
  }

  /**
   * Registers a stream.
   *
   * @param extender extends its hold
   * @param cut ends the stream when its hold cannot be extended; called at most once, on any thread
   */
  public Watch watch(HoldExtender extender, Runnable cut) {
    var watched = new Watched(extender, cut);
    streams.add(watched);
    if (resting) {
      LockSupport.unpark(thread);
    }
    return watched;
  }

  private void run() {
    while (!closed) {
      resting = true;
      // Asked again after each park: one that follows a timed one returns at once.
      while (streams.isEmpty() && !closed) {
        LockSupport.park(this);
      }
      resting = false;
      LockSupport.parkNanos(this, TICK_NANOS);
      tick(nanoTime.getAsLong());
    }
  }

  /** Extends the holds that are due. */
  void tick(long nowNanos) {
    for (var stream : streams) {
      if (nowNanos - stream.extender.dueNanos() >= 0 && stream.busy.compareAndSet(false, true)) {
        try {
          Thread.ofVirtual().name("hold-extension").start(stream::look);
        } catch (OutOfMemoryError e) {
          stream.busy.set(false); // The thread must survive it; the next tick tries again.
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private final class Watched implements Watch {
    private final HoldExtender extender;
    private final Runnable cut;
    private final AtomicBoolean busy = new AtomicBoolean();

    Watched(HoldExtender extender, Runnable cut) {
      this.extender = extender;
      this.cut = cut;
    }

    private void look() {
      boolean covered = false;
      try {
        covered = extender.coversSilence(nanoTime.getAsLong());
      } finally {
        if (covered) {
          busy.set(false);
        } else {
          close();
          cut.run();
        }
      }
    }

    @Override
    public void close() {
      streams.remove(this);
    }
  }
}
