package io.nexus.control.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  private static final int SEGMENT = 4096;

  @TempDir Path dir;

  private Journal journal() throws IOException {
    return new Journal(dir.resolve("run"), SEGMENT, 1 << 20);
  }

  private static SpendRecord record(int number, String usd) {
    return new SpendRecord(
        new RecordId("r" + number, 1),
        Instant.parse("2026-11-23T10:30:00.5Z"),
        new Caller("ci", "research", "\u00e9", List.of("a", "b")),
        new ServedBy("openai", "openai", "gpt-4o"),
        new Usage(1000, 400, 20, 10, 500, 300, 7),
        "in 2.5; out 10; nexus.toml: gpt-4o*",
        Money.usd(usd),
        Precision.COUNTED,
        Outcome.BROKEN,
        List.of(new BudgetCycle("global", Cycle.ENDLESS)));
  }

  @Test
  void recover_allKinds_tellsSpentFromLostFromCancelled() throws Exception {
    var journal = journal();
    journal.begin(record(1, "1"));
    journal.begin(record(2, "2"));
    journal.begin(record(2, "2.5"));
    journal.begin(record(3, "3"));
    journal.settle(record(1, "0.4"));
    journal.cancel(record(3, "3").attempt());
    journal.settle(record(4, "0"));
    assertEquals(
        List.of(record(1, "0.4"), record(4, "0"), record(2, "2.5").lost()),
        Journal.recover(dir.resolve("run")));
  }

  @Test
  void next_untilPosted_givesTheSameRecords() throws Exception {
    var journal = journal();
    for (int i = 0; i < 5; i++) {
      journal.settle(record(i, "1"));
    }
    var first = journal.next(3);
    assertEquals(3, first.size());
    assertEquals(first, journal.next(3));
    journal.posted(3);
    assertEquals(List.of(record(3, "1"), record(4, "1")), journal.next(3));
    assertEquals(2, journal.pending());
  }

  @Test
  void posted_overManySegments_keepsOnlyWhatIsNeeded() throws Exception {
    var journal = journal();
    journal.begin(record(-1, "7"));
    for (int i = 0; i < 500; i++) {
      journal.begin(record(i, "1"));
      journal.settle(record(i, "1"));
      if (i % 50 == 0) {
        journal.posted(journal.next(1000).size());
      }
    }
    journal.posted(journal.next(1000).size());
    assertEquals(0, journal.pending());
    try (var files = Files.list(dir.resolve("run"))) {
      assertTrue(files.count() <= 2);
    }
    var lost =
        Journal.recover(dir.resolve("run")).stream().filter(r -> r.outcome() == Outcome.LOST);
    assertEquals(List.of(record(-1, "7").lost()), lost.toList());
  }

  @Test
  void close_nothingLeft_removesTheFolder() throws Exception {
    var journal = journal();
    journal.settle(record(1, "1"));
    journal.posted(journal.next(10).size());
    journal.close();
    assertFalse(Files.exists(dir.resolve("run")));
  }

  @Test
  void close_somethingLeft_keepsIt() throws Exception {
    var journal = journal();
    journal.settle(record(1, "1"));
    journal.close();
    assertEquals(List.of(record(1, "1")), Journal.recover(dir.resolve("run")));
  }

  @Test
  void recover_entryHalfWritten_takesWhatIsBefore() throws Exception {
    var journal = journal();
    journal.settle(record(1, "1"));
    journal.settle(record(2, "1"));
    journal.close();
    var file = new ArrayList<Path>();
    try (var files = Files.list(dir.resolve("run"))) {
      files.forEach(file::add);
    }
    int length = RecordCodec.bytes(record(1, "1")).length + 9;
    try (var half = new RandomAccessFile(file.getFirst().toFile(), "rw")) {
      half.seek(length + 40);
      half.write(0x55);
    }
    assertEquals(List.of(record(1, "1")), Journal.recover(dir.resolve("run")));
  }
}
