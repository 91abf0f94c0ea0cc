package io.nexus.control.ledger;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

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

  // Written out: see Charge.
  @Override
  public int hashCode() {
    return 31 * (31 * requestId.hashCode() + number) + revision;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Attempt attempt
        && number == attempt.number
        && revision == attempt.revision
        && requestId.equals(attempt.requestId);
  }

  @Override
  public int compareTo(Attempt other) {
    return ORDER.compare(this, other);
  }
}
