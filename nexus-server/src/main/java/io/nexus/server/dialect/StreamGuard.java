package io.nexus.server.dialect;

import io.nexus.control.hold.Hold;
import io.nexus.control.hold.HoldExtender;
import io.nexus.control.hold.HoldTimer;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.dialect.Delivery.Ending;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a stream within its money: extends its hold while it runs, and cuts it off at its backend
 * at once when that fails, whether or not the backend has answered yet. Half-closing and waiting
 * would let most servers go on for a second.
 *
 * <p>The thread that reads the stream asks whether it may go on; the timer's threads cut it while
 * that one waits. In a try-with-resources, around all that waits for the backend.
 */
public final class StreamGuard implements AutoCloseable {

  /** So often it is asked what has arrived and was not read. */
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

  /** The backend has answered: to cut the stream is from now on to close the reply. */
  public synchronized void answered(BackendReply head) {
    reply = head;
    if (cut) {
      head.close();
    }
    forgetInterrupt();
  }

  /** Nobody else is to find it. */
  private void forgetInterrupt() {
    if (interrupted) {
      interrupted = false;
      var _ = Thread.interrupted();
    }
  }

  /** Whether there is anything to look at: a hold that may grow, or a limit to be heeded. */
  public boolean isMetered() {
    return metered;
  }

  /**
   * Extends the hold for what was shown by then, or cuts the stream off.
   *
   * @param shown the output so far, over all choices
   * @param bytes what it was shown in
   * @param said what the stream itself says to have made, seen or not; 0 if it says nothing
   */
  public void look(HoldExtender.Shown shown, long bytes, long said, long nowNanos) {
    long unseen = said <= shown.atLeast() ? 0 : Math.max(0, said - shown.tokens());
    if (!extender.covers(shown, arrived(shown, bytes, nowNanos) + unseen, nowNanos)) {
      cut();
    }
  }

  /** Cuts the stream off, if a budget limits it. */
  public void stop() {
    if (hold.size().inputs().enforced()) {
      cut();
    }
  }

  /** The tokens in what has arrived and was not read: as many as in what was, byte for byte. */
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

  /** Whether it was cut off. */
  public synchronized boolean isCut() {
    return cut;
  }

  /**
   * The output that is owed for a stream which ended so and whose backend did not report it.
   *
   * @param tokens what it has shown
   */
  public long owed(long tokens, Ending ending) {
    return switch (ending) {
      case COMPLETED -> tokens;
      case CUT_OFF, CANCELLED -> extender.whenCut(tokens, System.nanoTime());
      case BROKEN, TIMED_OUT -> extender.whenBroken(tokens, System.nanoTime());
    };
  }

  /**
   * Has the gateway learn from a stream that came to its end.
   *
   * @param tokens what it has shown
   * @param billed what the backend reported
   */
  public void learn(long tokens, long billed) {
    hold.learn(tokens, billed, extender.largestTokens(), System.nanoTime() - sentNanos);
  }

  /** It is over: there is nothing left to cut, and nobody to interrupt. */
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
