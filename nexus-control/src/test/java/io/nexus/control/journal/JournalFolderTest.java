package io.nexus.control.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalFolderTest {

  @TempDir Path dir;

  private static SpendRecord record() {
    return new SpendRecord(
        new RecordId("r", 1),
        Instant.EPOCH,
        Caller.ANONYMOUS,
        ServedBy.UNKNOWN,
        Usage.NONE,
        "",
        Money.usd("1"),
        Precision.REPORTED,
        Outcome.COMPLETED,
        List.of());
  }

  /** A run that has spent something, and ended as it should without the ledger, or did not end. */
  private void run(boolean ends) throws Exception {
    try (var folder = JournalFolder.open(dir)) {
      var journal = folder.start("a", "former", 1 << 20);
      journal.settle(record());
      if (ends) {
        journal.close();
      }
    }
  }

  private JournalFolder.Left left() throws Exception {
    try (var folder = JournalFolder.open(dir)) {
      var left = folder.left("now", "b");
      assertEquals(1, left.size());
      return left.getFirst();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // whether it ended; what its journal names as the machine's start -> whole
    "false, same, true",
    "false, another, false", // the machine went down since: what was in memory is gone
    "false, unknown, false",
    "false, torn, false",
    "false, none, false",
    "true, same, true",
    "true, another, true", // all was forced to the disk before it ended
    "true, unknown, true",
    "true, none, true",
  })
  void left_afterARun_isWholeIfNothingCanBeMissing(boolean ends, String start, boolean whole)
      throws Exception {
    run(ends);
    var about = dir.resolve("former").resolve("about");
    switch (start) {
      case "another" -> Files.writeString(about, "a\n5c9d1c0e-another-start");
      case "unknown" -> Files.writeString(about, "a\nunknown");
      case "torn" -> Files.writeString(about, "");
      case "none" -> Files.delete(about);
      default -> {}
    }
    var left = left();
    assertEquals(whole, left.whole());
    assertEquals(start.equals("none") || start.equals("torn") ? "b" : "a", left.node());
    assertEquals("former", left.incarnation());
    assertEquals(
        List.of(new JournalBatch.Records(List.of(record()))),
        JournalRecovery.of(left.folder(), 10));
  }

  @Test
  void left_diedBeforeItsFirstFile_isRemoved() throws Exception {
    Files.createDirectories(dir.resolve("former"));
    Files.writeString(dir.resolve("former").resolve("about"), "a");
    try (var folder = JournalFolder.open(dir)) {
      assertEquals(List.of(), folder.left("now", "b"));
    }
    assertFalse(Files.exists(dir.resolve("former")));
  }

  @Test
  void start_makesFilesOfAnEighth_whichAreNotLeftByOthers() throws Exception {
    try (var folder = JournalFolder.open(dir)) {
      folder.start("a", "now", 1 << 20);
      assertEquals(1 << 17, Files.size(dir.resolve("now").resolve("0000000001.journal")));
      assertEquals(List.of(), folder.left("now", "b"));
    }
  }

  @Test
  void open_twice_isRefused() throws Exception {
    try (var _ = JournalFolder.open(dir)) {
      var e = assertThrows(LedgerException.class, () -> JournalFolder.open(dir));
      assertEquals(Kind.IN_USE, e.kind());
      assertTrue(e.getMessage().contains("another gateway"), e.getMessage());
    }
  }
}
