package io.nexus.control.journal;

import io.nexus.control.journal.JournalBatch.Records;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the journal of an ended process. Not for concurrent use. */
public final class JournalRecovery {

  private final int atMost;
  private final Map<RecordId, SpendRecord> begun = new LinkedHashMap<>();
  private final List<JournalBatch> batches = new ArrayList<>();
  private final List<SpendRecord> records = new ArrayList<>();

  private JournalRecovery(int atMost) {
    this.atMost = atMost;
  }

  /**
   * Its records and resets in order, then, as lost, the attempts that began and did not end. The
   * ledger may already have some of them; posting them again has no effect.
   *
   * @param folder the journal
   * @param atMost the largest number of records in a batch
   * @throws LedgerException of kind {@code NEWER} if this version does not know its format
   */
  public static List<JournalBatch> of(Path folder, int atMost) throws IOException, LedgerException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(f -> f.toString().endsWith(".journal")).sorted().toList();
    }
    var recovery = new JournalRecovery(atMost);
    for (var file : files) {
      try {
        JournalSegment.readAll(file, recovery::entry);
      } catch (IllegalArgumentException e) {
        throw new LedgerException(
            Kind.CORRUPT,
            "ledger journal: "
                + file.toAbsolutePath()
                + ": an entry cannot be read: move "
                + folder.getFileName()
                + " out of the journal's folder; then all that this run had drawn is charged as"
                + " lost",
            e);
      }
    }
    recovery.begun.values().forEach(record -> recovery.add(record.lost()));
    recovery.end();
    return recovery.batches;
  }

  private boolean entry(byte type, byte[] payload) throws IOException {
    switch (type) {
      case Journal.BEGUN -> {
        var record = RecordCodec.record(payload);
        begun.put(record.attempt(), record);
      }
      case Journal.SPENT -> {
        var record = RecordCodec.record(payload);
        begun.remove(record.attempt());
        add(record);
      }
      case Journal.CANCELLED -> begun.remove(RecordCodec.attempt(payload));
      case Journal.RESET -> {
        end();
        batches.add(RecordCodec.reset(payload));
      }
      default -> throw new IllegalArgumentException("an entry of unknown type " + type);
    }
    return true;
  }

  private void add(SpendRecord record) {
    records.add(record);
    if (records.size() >= atMost) {
      end();
    }
  }

  private void end() {
    if (!records.isEmpty()) {
      batches.add(new Records(records));
      records.clear();
    }
  }
}
