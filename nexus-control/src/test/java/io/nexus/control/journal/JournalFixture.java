package io.nexus.control.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.journal.JournalBatch.Records;
import io.nexus.control.journal.JournalBatch.Reset;
import io.nexus.control.journal.JournalSegment.Access;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A journal of small files in a folder of its own, on a disk that may become full. */
abstract class JournalFixture {

  static final int SEGMENT = 4096;
  private static final BudgetCycle GLOBAL = new BudgetCycle("global", Cycle.ENDLESS);
  static final Instant AT = Instant.parse("2026-11-23T10:30:00.5Z");

  @TempDir Path dir;

  long firstWithoutRoom = Long.MAX_VALUE;

  long maxBytes = 1 << 20;

  Journal journal(Access access) throws IOException {
    return new Journal(
        dir.resolve("run"),
        SEGMENT,
        maxBytes,
        (folder, number, bytes) -> {
          if (number >= firstWithoutRoom) {
            throw new IOException("No space left on device");
          }
          return JournalSegment.create(folder, number, bytes, access);
        });
  }

  static SpendRecord record(int number, String usd) {
    return new SpendRecord(
        new RecordId("r" + number, 1),
        AT,
        new Caller("ci", "research", "\u00e9", List.of("a", "b")),
        new ServedBy("openai", "openai", "gpt-4o"),
        new Usage(1000, 400, 20, 10, 500, 300, 7),
        "in 2.5; out 10; nexus.toml: gpt-4o*",
        Money.usd(usd),
        Precision.COUNTED,
        Outcome.BROKEN,
        List.of(GLOBAL));
  }

  static Reset reset(String id) {
    return new Reset(GLOBAL, id, AT);
  }

  static Records records(SpendRecord... records) {
    return new Records(List.of(records));
  }

  List<JournalBatch> recovered() throws Exception {
    return JournalRecovery.of(dir.resolve("run"), 1000);
  }

  /** All records for the ledger, in batches of this size. */
  static List<JournalBatch> drained(Journal journal, int atMost) throws IOException {
    var batches = new ArrayList<JournalBatch>();
    while (journal.pending() > 0) {
      var next = journal.next(atMost);
      assertEquals(next, journal.next(atMost), "the same until it is posted");
      journal.posted(next);
      batches.add(next);
    }
    assertEquals(records(), journal.next(atMost));
    return batches;
  }

  List<Path> files() throws IOException {
    try (var files = Files.list(dir.resolve("run"))) {
      return files.sorted().toList();
    }
  }
}
