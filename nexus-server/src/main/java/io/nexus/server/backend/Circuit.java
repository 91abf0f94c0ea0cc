package io.nexus.server.backend;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Keeps requests, and money, away from a backend that leaves them unanswered: each of those is
 * charged at its worst case, so a dead provider must not receive many.
 *
 * <p>After some unanswered requests in a row the circuit opens. After a pause one request is let
 * through, and the circuit closes if the backend answers it, even with an error. Requests running
 * when the circuit opens continue.
 *
 * <p>Safe for any number of threads. A closed circuit costs a request one volatile read.
 */
public final class Circuit {

  private final int threshold;
  private final long pauseMillis;
  private final InstantSource clock;
  private volatile boolean open;

  /** The number of unanswered requests in a row; written under the lock, like the fields below. */
  private volatile int unanswered;

  private long openedMillis;
  private boolean trying;

  /**
   * A closed circuit.
   *
   * @param threshold the unanswered requests in a row that open it
   * @param pause how long it stays open before a request is let through
   */
  public Circuit(int threshold, Duration pause, InstantSource clock) {
    this.threshold = threshold;
    this.pauseMillis = pause.toMillis();
    this.clock = clock;
  }

  /** How long it stays open before a request is let through. */
  public Duration pause() {
    return Duration.ofMillis(pauseMillis);
  }

  /** Whether it is open, also while a request is let through. */
  public boolean isOpen() {
    return open;
  }

  /** Whether {@link #tryPass} would let a request through now. */
  public boolean isPassable() {
    return !open || isDue();
  }

  /**
   * Lets a request through or not.
   *
   * @return whether it may be sent; the caller must then report its result
   */
  public boolean tryPass() {
    if (!open) {
      return true;
    }
    synchronized (this) {
      if (open) {
        if (!isDue()) {
          return false;
        }
        trying = true;
      }
      return true;
    }
  }

  /**
   * Reports that a request was answered in any way.
   *
   * @return whether that has closed the circuit
   */
  public boolean answered() {
    if (unanswered == 0 && !open) {
      return false;
    }
    synchronized (this) {
      boolean closes = open;
      unanswered = 0;
      open = false;
      trying = false;
      return closes;
    }
  }

  /**
   * Reports that a request was sent and not answered.
   *
   * @return whether that has opened the circuit
   */
  public synchronized boolean unanswered() {
    unanswered++;
    boolean opens = !open && unanswered >= threshold;
    if (open || opens) {
      open = true;
      openedMillis = clock.millis();
      trying = false;
    }
    return opens;
  }

  /** Reports that a request was let through but not sent. */
  public synchronized void notSent() {
    trying = false;
  }

  /** Whether the pause is over; a clock that was set back does not prolong it. */
  private synchronized boolean isDue() {
    long openMillis = clock.millis() - openedMillis;
    return !trying && (openMillis >= pauseMillis || openMillis < 0);
  }
}
