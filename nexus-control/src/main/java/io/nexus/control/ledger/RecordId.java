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
public record RecordId(String requestId, int number, int revision) implements Comparable<RecordId> {

  private static final Comparator<RecordId> ORDER =
      Comparator.comparing(RecordId::requestId)
          .thenComparingInt(RecordId::number)
          .thenComparingInt(RecordId::revision);

  /** Replaces characters that cannot be stored. */
  public RecordId {
    requestId = StorableText.storable(requestId);
  }

  /** The attempt itself. */
  public RecordId(String requestId, int number) {
    this(requestId, number, 0);
  }

  // Written by hand: see BudgetCycle.
  @Override
  public int hashCode() {
    return 31 * (31 * requestId.hashCode() + number) + revision;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordId attempt
        && number == attempt.number
        && revision == attempt.revision
        && requestId.equals(attempt.requestId);
  }

  @Override
  public int compareTo(RecordId other) {
    return ORDER.compare(this, other);
  }
}
