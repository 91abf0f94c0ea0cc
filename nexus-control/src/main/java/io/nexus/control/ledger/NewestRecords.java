package io.nexus.control.ledger;

import java.util.List;
import java.util.PriorityQueue;

/** Keeps the newest of the records passed to it. Not for concurrent use. */
final class NewestRecords {

  private final SpendQuery query;
  private final List<SpendRecord.Place> before;
  private final int max;
  private final PriorityQueue<SpendRecord> newest = new PriorityQueue<>(SpendRecord.IN_TIME);

  /** Selects as {@link LedgerReports#latest} does. */
  NewestRecords(SpendQuery query, List<SpendRecord.Place> before, int max) {
    this.query = query;
    this.before = List.copyOf(before);
    this.max = max;
  }

  void add(SpendRecord record) {
    if (!query.covers(record)
        || before.stream().anyMatch(place -> record.place().compareTo(place) >= 0)) {
      return;
    }
    newest.add(record);
    if (newest.size() > max) {
      newest.remove();
    }
  }

  /** The newest first. */
  List<SpendRecord> records() {
    return newest.stream().sorted(SpendRecord.IN_TIME.reversed()).toList();
  }
}
