package io.nexus.server.dialect;

/**
 * Tracks which choices of a stream have begun and which have a finish reason. A choice that
 * continues afterwards has not ended. Not for concurrent use.
 */
public final class ChoiceStates {

  private static final int MOST = 63;

  private long begun;
  private long ended;

  /**
   * Notes a part of a choice.
   *
   * @param text whether it has text
   * @param finished whether it has a finish reason
   */
  public void seen(int index, boolean text, boolean finished) {
    long bit = 1L << Math.clamp(index, 0, MOST);
    begun |= bit;
    if (finished) {
      ended |= bit;
    } else if (text) {
      ended &= ~bit;
    }
  }

  /** Whether any has begun and all that have begun have ended. */
  public boolean areFinished() {
    return begun != 0 && begun == ended;
  }

  /** The highest index seen; 0 if none. */
  public int last() {
    return begun == 0 ? 0 : MOST - Long.numberOfLeadingZeros(begun);
  }

  /** Whether that choice has ended. */
  public boolean hasEnded(int index) {
    return (ended & 1L << index) != 0;
  }
}
