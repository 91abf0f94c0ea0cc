package io.nexus.control.journal;

import io.nexus.control.journal.JournalBatch.Records;
import io.nexus.control.journal.JournalBatch.Reset;
import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects records from entries until there are enough; or a single reset, if a reset comes first.
 */
final class BatchReader implements JournalSegment.Reader {

  private final int atMost;
  private final List<SpendRecord> records = new ArrayList<>();
  private @Nullable Reset reset;

  BatchReader(int atMost) {
    this.atMost = atMost;
  }

  @Override
  public boolean entry(byte type, byte[] payload) throws IOException {
    return switch (type) {
      case Journal.SPENT -> !isFull() && records.add(RecordCodec.record(payload));
      case Journal.RESET -> add(RecordCodec.reset(payload));
      default -> !isFull();
    };
  }

  /** Adds an entry that waits in memory, if it is its turn. */
  boolean add(JournalBatch one) {
    return switch (one) {
      case Records more -> !isFull() && records.addAll(more.records());
      case Reset next -> add(next);
    };
  }

  private boolean add(Reset next) {
    if (!isEmpty()) {
      return false;
    }
    reset = next;
    return true;
  }

  private boolean isFull() {
    return records.size() >= atMost || reset != null;
  }

  boolean isEmpty() {
    return records.isEmpty() && reset == null;
  }

  JournalBatch batch() {
    return reset == null ? new Records(records) : reset;
  }
}
