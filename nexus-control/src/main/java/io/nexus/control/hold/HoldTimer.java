package io.nexus.control.hold;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Looks after the holds of streams that send nothing: what a model thinks unseen uses a hold up as
 * well as what it shows, and no event tells of it.
 *
 * <p>One thread looks at all streams twenty times a second, at one number of each, and sleeps while
 * there is none. A hold that is due is extended on a thread of its own, since that may have to wait
 * for the ledger.
 *
 * <p>Safe for any number of threads.
 */
public final class HoldTimer implements AutoCloseable {

  /** A hold that is due is extended so much later at most. */
  static final long TICK_NANOS = 50_000_000;

  private final Set<Watched> streams = ConcurrentHashMap.newKeySet();
  private final LongSupplier nanoTime;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Set before the thread looks whether there is a stream, so that one of the two sees the other.
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

  /** A stream that is looked after until it is closed. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  void start() {
    thread.start();
  }

  /**
   * Looks after a stream.
   *
   * @param extender of its hold
   * @param cut what ends the stream when its hold can no longer be extended; called once at most,
   *     on any thread
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
      if (streams.isEmpty()) {
        LockSupport.park(this);
      }
      resting = false;
      LockSupport.parkNanos(this, TICK_NANOS);
      tick(nanoTime.getAsLong());
    }
  }

  /** Extends what is due by then. */
  void tick(long nowNanos) {
    for (var stream : streams) {
      if (nowNanos - stream.extender.dueNanos() >= 0 && stream.busy.compareAndSet(false, true)) {
        try {
          Thread.ofVirtual().name("hold-extension").start(stream::look);
        } catch (OutOfMemoryError e) {
          stream.busy.set(false); // The next tick tries again: the thread must outlive it.
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
