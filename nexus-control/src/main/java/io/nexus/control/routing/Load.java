package io.nexus.control.routing;

/**
 * The state of a backend at one moment.
 *
 * @param healthy whether it is considered up
 * @param pending the number of requests running there
 * @param latencyNanos the moving average of the time to the first byte of its answers; 0 before any
 */
public record Load(boolean healthy, int pending, long latencyNanos) {

  /** Up, and doing nothing. */
  public static final Load IDLE = new Load(true, 0, 0);
}
