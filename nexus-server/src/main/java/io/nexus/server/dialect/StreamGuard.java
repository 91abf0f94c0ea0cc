package io.nexus.server.dialect;

import io.nexus.control.hold.Hold;
import io.nexus.control.hold.HoldExtender;
import io.nexus.control.hold.HoldTimer;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.dialect.Delivery.Ending;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a stream within its hold: extends the hold while the stream runs, and cuts the connection
 * at once if that fails, whether or not the backend has answered. A half-close would let most
 * servers continue for a second.
 *
 * <p>The reading thread checks whether the stream may continue; the timer's threads cut it while
 * that thread waits. Use it in a try-with-resources around all waits for the backend.
 */
public final class StreamGuard implements AutoCloseable {

  /** The interval of checks for unread bytes. */
  private static final long ASKING_NANOS = 5_000_000;

  private final Hold hold;
  private final HoldExtender extender;
  private final long sentNanos;
  private final boolean metered;
  private final Thread reader;
  private final HoldTimer.@Nullable Watch watch;
  private @Nullable BackendReply reply;
  private long askedNanos;
  private long arrivedBytes;
  private boolean cut;
  private boolean interrupted;
  private boolean over;
  private boolean reset;

  /**
   * Guards a stream whose request is about to be sent by this thread.
   *
   * @param sentNanos now, by {@link System#nanoTime}
   */
  public StreamGuard(Hold hold, HoldTimer timer, long sentNanos) {
    this.hold = hold;
    this.extender = hold.extender(sentNanos);
    this.sentNanos = sentNanos;
    boolean grows = !extender.isComplete();
    this.metered = grows || hold.size().inputs().enforced();
    this.askedNanos = sentNanos;
    this.reader = Thread.currentThread();
    this.watch = grows ? timer.watch(extender, this::cut) : null;
  }

  /** The backend has answered: cutting the stream now means closing the reply. */
  public synchronized void answered(BackendReply head) {
    reply = head;
    if (cut) {
      head.close();
    }
    forgetInterrupt();
  }

  /** Clears the interrupt flag, so that later code does not see it. */
  private void forgetInterrupt() {
    if (interrupted) {
      interrupted = false;
      var _ = Thread.interrupted();
    }
  }

  /** Whether checks are needed: for a hold that may grow, or a limit. */
  public boolean isMetered() {
    return metered;
  }

  /**
   * Extends the hold for the output so far, or cuts the stream.
   *
   * @param shown the output so far, over all choices
   * @param bytes the bytes of that output
   * @param said the output that the stream itself reports, visible or not; 0 if none
   */
  public void look(HoldExtender.Shown shown, long bytes, long said, long nowNanos) {
    long unseen = said <= shown.atLeast() ? 0 : Math.max(0, said - shown.tokens());
    if (!extender.covers(shown, arrived(shown, bytes, nowNanos) + unseen, nowNanos)) {
      cut();
    }
  }

  /** Cuts the stream, if a budget limits it. */
  public void stop() {
    if (hold.size().inputs().enforced()) {
      cut();
    }
  }

  /** Estimates the tokens in unread bytes by the ratio of the read ones. */
  private long arrived(HoldExtender.Shown shown, long bytes, long nowNanos) {
    if (nowNanos - askedNanos > ASKING_NANOS && reply != null) {
      askedNanos = nowNanos;
      arrivedBytes = reply.arrived();
    }
    return arrivedBytes == 0 ? 0 : arrivedBytes * shown.atLeast() / Math.max(1, bytes);
  }

  private synchronized void cut() {
    if (cut || over) {
      return;
    }
    cut = true;
    if (reply == null) {
      interrupted = true;
      reader.interrupt(); // Closes the connection at which a virtual thread waits.
    } else {
      reply.close();
    }
  }

  /** The backend has reset the connection; called by the reading thread. */
  public void wasReset() {
    reset = true;
  }

  /** Whether it was cut off. */
  public synchronized boolean isCut() {
    return cut;
  }

  /**
   * The output tokens to charge for a stream with that ending and without a report.
   *
   * @param tokens what it has shown
   */
  public long owed(long tokens, Ending ending) {
    return switch (ending) {
      case COMPLETED -> tokens;
      case CUT_OFF, CANCELLED -> extender.whenCut(tokens, System.nanoTime());
      case BROKEN, TIMED_OUT ->
          reset
              ? extender.whenReset(tokens, System.nanoTime())
              : extender.whenBroken(tokens, System.nanoTime());
    };
  }

  /**
   * Lets the gateway learn from a complete stream.
   *
   * @param tokens what it has shown
   * @param billed what the backend reported
   */
  public void learn(long tokens, long billed) {
    long now = System.nanoTime();
    hold.learn(
        tokens,
        billed,
        extender.largestTokens(),
        now - sentNanos,
        extender.shownASecond(tokens, now));
  }

  /** Ends the guard: nothing is cut or interrupted any more. */
  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    synchronized (this) {
      over = true;
      forgetInterrupt();
    }
  }
}
