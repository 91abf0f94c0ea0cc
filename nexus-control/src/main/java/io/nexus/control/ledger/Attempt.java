package io.nexus.control.ledger;

import java.util.Comparator;

/**
 * Identifies a record.
 *
 * @param requestId the request
 * @param number which of the request's attempts at a backend, from 1
 * @param revision 0 for the attempt itself, from 1 for its corrections
 */
public record Attempt(String requestId, int number, int revision) implements Comparable<Attempt> {

  private static final Comparator<Attempt> ORDER =
      Comparator.comparing(Attempt::requestId)
          .thenComparingInt(Attempt::number)
          .thenComparingInt(Attempt::revision);

  /** Makes the text storable. */
  public Attempt {
    requestId = Texts.storable(requestId);
  }

  /** The attempt itself. */
  public Attempt(String requestId, int number) {
    this(requestId, number, 0);
  }

  @Override
  public int compareTo(Attempt other) {
    return ORDER.compare(this, other);
  }
}
