package io.nexus.control.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.journal.JournalBatch.Records;
import io.nexus.control.journal.JournalSegment.Access;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class JournalTest extends JournalFixture {

  @ParameterizedTest
  @EnumSource(Access.class)
  void recover_allKinds_tellsSpentFromLostFromCancelled(Access access) throws Exception {
    var journal = journal(access);
    journal.begin(record(1, "1"));
    journal.begin(record(2, "2"));
    journal.begin(record(2, "2.5"));
    journal.begin(record(3, "3"));
    journal.settle(record(1, "0.4"));
    journal.cancel(record(3, "3").attempt());
    journal.settle(record(4, "0"));
    assertEquals(
        List.of(records(record(1, "0.4"), record(4, "0"), record(2, "2.5").lost())), recovered());
  }

  @Test
  void recover_chargedToNoBudget_isLostAllTheSame() throws Exception {
    var journal = journal(Access.MAPPED);
    var unbudgeted =
        new SpendRecord(
            new RecordId("r", 1),
            AT,
            Caller.ANONYMOUS,
            new ServedBy("openai", "openai", "gpt-4o"),
            Usage.of(10, 20),
            "",
            Money.usd("0.2"),
            Precision.ESTIMATED,
            Outcome.LOST,
            List.of());
    assertTrue(journal.begin(unbudgeted));
    assertEquals(List.of(records(unbudgeted)), recovered());
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void next_untilPosted_givesTheSameRecords(Access access) throws Exception {
    var journal = journal(access);
    for (int i = 0; i < 5; i++) {
      journal.settle(record(i, "1"));
    }
    assertEquals(
        List.of(
            records(record(0, "1"), record(1, "1"), record(2, "1")),
            records(record(3, "1"), record(4, "1"))),
        drained(journal, 3));
  }

  @Test
  void next_resetInBetween_standsAloneInItsTurn() throws Exception {
    var journal = journal(Access.MAPPED);
    journal.reset(reset("f0"));
    journal.settle(record(1, "1"));
    journal.settle(record(2, "1"));
    journal.reset(reset("f1"));
    journal.reset(reset("f2"));
    journal.settle(record(3, "1"));
    assertEquals(6, journal.pending());
    var expected =
        List.of(
            reset("f0"),
            records(record(1, "1"), record(2, "1")),
            reset("f1"),
            reset("f2"),
            records(record(3, "1")));
    assertEquals(expected, recovered());
    assertEquals(expected, drained(journal, 100));
  }

  @Test
  void recover_resetAndAttemptUnderWay_chargesThatAfterIt() throws Exception {
    var journal = journal(Access.MAPPED);
    journal.begin(record(1, "1"));
    journal.reset(reset("f1"));
    assertEquals(List.of(reset("f1"), records(record(1, "1").lost())), recovered());
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void posted_overManySegments_keepsOnlyWhatIsNeeded(Access access) throws Exception {
    var journal = journal(access);
    journal.begin(record(-1, "7"));
    for (int i = 0; i < 500; i++) {
      journal.begin(record(i, "1"));
      journal.settle(record(i, "1"));
      if (i % 50 == 0) {
        drained(journal, 1000);
      }
    }
    drained(journal, 1000);
    assertTrue(files().size() <= 3, files()::toString);
    var left = (Records) recovered().getLast();
    assertEquals(record(-1, "7").lost(), left.records().getLast());
    assertEquals(1, left.records().stream().filter(each -> each.outcome() == Outcome.LOST).count());
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void begin_diskFull_isRefusedWhileAllUnderWayCanEnd(Access access) throws Exception {
    firstWithoutRoom = 3;
    var journal = journal(access);
    var spent = new ArrayList<SpendRecord>();
    while (journal.begin(record(spent.size(), "2"))) {
      spent.add(record(spent.size(), "1"));
    }
    assertTrue(spent.size() > 5, "begun " + spent.size());
    spent.forEach(journal::settle);
    assertEquals(spent.size(), journal.pending());
    assertEquals(List.of(new Records(spent)), recovered(), "on the disk, not in memory alone");
    assertEquals(List.of(new Records(spent)), drained(journal, 1000));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void settle_diskFull_losesNothingAndLeavesResetsInTheirTurn(boolean stays) throws Exception {
    firstWithoutRoom = 2;
    var journal = journal(Access.MAPPED);
    var spent = new HashSet<SpendRecord>();
    for (int i = 0; i < 40; i++) {
      spent.add(record(i, "1"));
      journal.settle(record(i, "1"));
    }
    if (!stays) {
      firstWithoutRoom = Long.MAX_VALUE;
    }
    journal.reset(reset("f1"));
    journal.settle(record(100, "1"));
    journal.cancel(record(100, "1").attempt());
    assertEquals(42, journal.pending());
    var told = drained(journal, 30);
    var before = new HashSet<SpendRecord>();
    for (var batch : told.subList(0, told.indexOf(reset("f1")))) {
      before.addAll(((Records) batch).records());
    }
    assertEquals(spent, before);
    assertEquals(records(record(100, "1")), told.getLast());
    journal.settle(record(101, "1"));
    assertEquals(List.of(records(record(101, "1"))), drained(journal, 30));
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void create_diskFull_isAnAnswer(Access access) throws Exception {
    Files.createSymbolicLink(dir.resolve("0000000001.journal"), Path.of("/dev/full"));
    assertThrows(IOException.class, () -> JournalSegment.create(dir, 1, SEGMENT, access));
  }

  @Test
  void append_diskFull_isAnAnswerAndNothingIsRead() throws Exception {
    var segment = JournalSegment.create(dir, 1, SEGMENT, Access.WRITTEN);
    segment.close();
    assertThrows(IOException.class, () -> segment.append((byte) 1, new byte[10]));
    assertEquals(
        JournalSegment.FIRST,
        segment.read(
            JournalSegment.FIRST,
            (_, _) -> {
              throw new IOException("there is nothing to read");
            }));
  }

  @Test
  void close_nothingLeft_removesTheFolder() throws Exception {
    var journal = journal(Access.MAPPED);
    journal.settle(record(1, "1"));
    drained(journal, 10);
    journal.close();
    assertFalse(Files.exists(dir.resolve("run")));
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void close_somethingLeft_keepsIt(Access access) throws Exception {
    var journal = journal(access);
    journal.settle(record(1, "1"));
    journal.close();
    assertEquals(List.of(records(record(1, "1"))), recovered());
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void recover_entryHalfWritten_takesWhatIsBefore(Access access) throws Exception {
    var journal = journal(access);
    journal.settle(record(1, "1"));
    journal.settle(record(2, "1"));
    journal.close();
    int length = RecordCodec.bytes(record(1, "1")).length + JournalSegment.HEADER;
    try (var half = new RandomAccessFile(files().getFirst().toFile(), "rw")) {
      half.seek(JournalSegment.FIRST + length + 40);
      half.write(0x55);
    }
    assertEquals(List.of(records(record(1, "1"))), recovered());
  }

  @Test
  void recover_unknownFormat_isRefusedAndSaysWhatToDo() throws Exception {
    var journal = journal(Access.MAPPED);
    journal.settle(record(1, "1"));
    journal.close();
    try (var file = new RandomAccessFile(files().getFirst().toFile(), "rw")) {
      file.seek(4);
      file.writeInt(77);
    }
    var e = assertThrows(LedgerException.class, this::recovered);
    assertEquals(Kind.NEWER, e.kind());
    assertTrue(e.getMessage().contains("format 77"), e.getMessage());
    assertTrue(e.getMessage().contains("start the version that wrote it"), e.getMessage());
  }

  @Test
  void recover_firstFormat_isRead() throws Exception {
    var journal = journal(Access.MAPPED);
    journal.settle(record(1, "1"));
    journal.close();
    var file = files().getFirst();
    var bytes = Files.readAllBytes(file);
    Files.write(
        file,
        Arrays.copyOfRange(bytes, JournalSegment.FIRST, bytes.length),
        StandardOpenOption.TRUNCATE_EXISTING);
    assertEquals(List.of(records(record(1, "1"))), recovered());
  }

  @Test
  void recover_entryOfUnknownType_isRefused() throws Exception {
    Files.createDirectories(dir.resolve("run"));
    var segment = JournalSegment.create(dir.resolve("run"), 1, SEGMENT, Access.WRITTEN);
    assertTrue(segment.append((byte) 9, ByteBuffer.allocate(4).array()));
    segment.close();
    var e = assertThrows(LedgerException.class, this::recovered);
    assertEquals(Kind.CORRUPT, e.kind());
  }
}
