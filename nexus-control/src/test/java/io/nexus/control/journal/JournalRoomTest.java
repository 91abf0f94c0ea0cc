package io.nexus.control.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.journal.JournalBatch.Records;
import io.nexus.control.journal.JournalSegment.Access;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much room a journal takes, which files it has, and who may use it meanwhile. */
@Timeout(20)
class JournalRoomTest extends JournalFixture {

  private static final int LENGTH =
      RecordCodec.bytes(record(10, "1")).length + JournalSegment.HEADER;

  /** The longest end that a beginning reserves room for. */
  private static final int END = LENGTH + 256;

  private static List<SpendRecord> numbered(int from, int count) {
    var records = new ArrayList<SpendRecord>();
    for (int i = 0; i < count; i++) {
      records.add(record(from + i, "1"));
    }
    return records;
  }

  /** A record as long as it can get: 256 bytes longer than it began. */
  private static SpendRecord longer(SpendRecord record) {
    return new SpendRecord(
        record.attempt(),
        record.at(),
        record.caller(),
        record.target(),
        record.usage(),
        record.price() + "x".repeat(256),
        record.cost(),
        record.precision(),
        record.outcome(),
        record.charges());
  }

  /** The records of the recovered batches. */
  private List<SpendRecord> onDisk() throws Exception {
    var all = new ArrayList<SpendRecord>();
    for (var batch : recovered()) {
      all.addAll(((Records) batch).records());
    }
    return all;
  }

  private static int admitted(Journal journal) {
    int count = 0;
    while (journal.begin(record(100 + count, "1"))) {
      count++;
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void begin_upToTheLargestSize_reservesForEachTheLongestEnd(int files) throws Exception {
    maxBytes = (long) files * SEGMENT;
    var journal = journal(Access.MAPPED);
    int admitted = admitted(journal);
    // Beginnings and ends, and at the end of each file the length of a beginning with its end.
    int room = files * (SEGMENT - JournalSegment.FIRST) - (files + 1) * (LENGTH + END);
    assertEquals(room / (LENGTH + END) + 1, admitted);
    assertEquals(files, files().size());
    var spent = numbered(100, admitted).stream().map(JournalRoomTest::longer).toList();
    spent.forEach(journal::settle);
    assertEquals(spent, onDisk(), "none waits in memory");
    assertEquals(files, files().size());
    assertEquals(List.of(new Records(spent)), drained(journal, 1000));
  }

  @Test
  void begin_oneByteLessThanAFile_makesNone() throws Exception {
    maxBytes = 2L * SEGMENT - 1;
    var journal = journal(Access.MAPPED);
    assertTrue(admitted(journal) > 0);
    assertEquals(1, files().size());
  }

  @Test
  void cancel_givesTheRoomForItsEndBack() throws Exception {
    maxBytes = SEGMENT;
    var journal = journal(Access.MAPPED);
    assertEquals(4, admitted(journal));
    for (int i = 0; i < 3; i++) {
      journal.cancel(record(100 + i, "1").attempt());
    }
    assertTrue(journal.begin(record(200, "1")));
  }

  /** An attempt whose hold grows notes a higher worst case. */
  @Test
  void begin_again_reservesOnce() throws Exception {
    maxBytes = SEGMENT;
    var journal = journal(Access.MAPPED);
    for (int i = 0; i < 6; i++) {
      assertTrue(journal.begin(record(100, "1")), "begun " + i + " times");
    }
  }

  @Test
  void isIdle_isWhetherNothingRunsAndAllIsPosted() throws Exception {
    var journal = journal(Access.MAPPED);
    assertTrue(journal.isIdle());
    journal.begin(record(1, "1"));
    assertFalse(journal.isIdle());
    journal.settle(record(1, "1"));
    assertFalse(journal.isIdle());
    drained(journal, 10);
    assertTrue(journal.isIdle());
    journal.begin(record(2, "1"));
    journal.cancel(record(2, "1").attempt());
    assertTrue(journal.isIdle());
  }

  @Test
  void posted_aPart_keepsTheFilesOfTheRest() throws Exception {
    var journal = journal(Access.MAPPED);
    var spent = numbered(0, 40);
    spent.forEach(journal::settle);
    int all = files().size();
    assertTrue(all > 2, "files " + all);
    int inFirst = (SEGMENT - JournalSegment.FIRST) / RecordCodec.bytes(spent.getFirst()).length;
    post(journal, 3);
    assertEquals(spent, onDisk());
    post(journal, inFirst);
    assertEquals(all, files().size(), "the first one is kept for further entries");
    assertFalse(files().toString().contains("0000000001.journal"), files()::toString);
    var left = onDisk();
    assertEquals(spent.subList(40 - left.size(), 40), left);
    var posted = new ArrayList<SpendRecord>();
    drained(journal, 7).forEach(batch -> posted.addAll(((Records) batch).records()));
    assertEquals(spent.subList(3 + inFirst, 40), posted);
    assertEquals(3, files().size(), "one in use and two for further entries");
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void posted_filesUsedAgain_haveNothingOfBefore(Access access) throws Exception {
    var journal = journal(access);
    for (int round = 0; round < 20; round++) {
      var spent = numbered(round * 30, 30);
      spent.forEach(each -> assertTrue(journal.begin(each)));
      spent.subList(0, 10).forEach(each -> journal.cancel(each.attempt()));
      spent.subList(10, 30).forEach(journal::settle);
      assertEquals(List.of(new Records(spent.subList(10, 30))), drained(journal, 100));
      assertTrue(journal.isIdle());
    }
    assertTrue(files().size() <= 4, files()::toString);
    assertTrue(files().toString().matches("(?s).*00000000[1-9]\\d.journal.*"), files()::toString);
    journal.begin(record(-1, "1"));
    var last = (Records) recovered().getLast();
    assertEquals(record(-1, "1").lost(), last.records().getLast());
    assertEquals(1, last.records().stream().filter(each -> each.outcome() == Outcome.LOST).count());
  }

  @Test
  void empty_readAfterACrash_hasNoBeginningsWithoutTheirEnds() throws Exception {
    var segment = JournalSegment.create(dir, 1, SEGMENT, Access.MAPPED);
    while (segment.append(Journal.BEGUN, RecordCodec.bytes(record(1, "1")))) {
      // Until it is full.
    }
    segment.empty();
    JournalSegment.readAll(
        dir.resolve("0000000001.journal"),
        (type, _) -> {
          throw new IOException("an entry of type " + type);
        });
    assertTrue(segment.append(Journal.BEGUN, RecordCodec.bytes(record(2, "1"))));
    segment.close();
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void next_whileRequestsBeginAndEnd_givesEachRecordOnce(Access access) throws Exception {
    var journal = journal(access);
    int requests = 3000;
    var writers = new ArrayList<Thread>();
    for (int writer = 0; writer < 3; writer++) {
      int first = writer * requests;
      writers.add(
          Thread.startVirtualThread(
              () -> numbered(first, requests).forEach(each -> settled(journal, each))));
    }
    var posted = new HashSet<RecordId>();
    int count = 0;
    while (count < 3 * requests) {
      var next = (Records) journal.next(100);
      next.records().forEach(each -> posted.add(each.attempt()));
      count += next.size();
      journal.posted(next);
    }
    for (var writer : writers) {
      writer.join();
    }
    assertEquals(3 * requests, posted.size());
    assertEquals(0, journal.pending());
  }

  private static void settled(Journal journal, SpendRecord record) {
    while (!journal.begin(record)) {
      Thread.onSpinWait();
    }
    journal.settle(record);
  }

  private static void post(Journal journal, int records) throws IOException {
    var next = journal.next(records);
    assertEquals(records, next.size());
    journal.posted(next);
  }

  @Test
  void posted_ofTheFileInWhichAnAttemptBegan_carriesItsBeginningOver() throws Exception {
    var journal = journal(Access.MAPPED);
    journal.begin(record(-1, "7"));
    for (int i = 0; i < 60; i++) {
      journal.settle(record(i, "1"));
      drained(journal, 10);
      assertEquals(record(-1, "7").lost(), onDisk().getLast(), "after " + i);
    }
    assertEquals(1, onDisk().stream().filter(each -> each.outcome() == Outcome.LOST).count());
  }

  @Test
  void settle_afterTheDiskHadRoomAgain_isOnTheDisk() throws Exception {
    firstWithoutRoom = 2;
    var journal = journal(Access.MAPPED);
    numbered(0, 40).forEach(journal::settle);
    journal.reset(reset("f"));
    firstWithoutRoom = Long.MAX_VALUE;
    drained(journal, 30);
    journal.settle(record(101, "1"));
    assertEquals(record(101, "1"), onDisk().getLast());
  }

  @Test
  void files_areNumberedAndSpareOnesGoAtTheEnd() throws Exception {
    var journal = journal(Access.MAPPED);
    int begun = 0;
    while (files().size() < 3) {
      assertTrue(journal.begin(record(begun++, "1")));
    }
    assertEquals(
        List.of("0000000001.journal", "0000000002.journal", "0000000003.journal"),
        files().stream().map(file -> file.getFileName().toString()).toList());
    journal.close();
    var names = files().stream().map(file -> file.getFileName().toString()).toList();
    assertFalse(names.contains("0000000003.journal"), names::toString);
    assertEquals(begun, onDisk().size());
  }

  interface Use {
    void of(Journal journal) throws IOException;
  }

  private static final Map<String, Use> USES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("begin", journal -> journal.begin(record(1, "1"))),
              Map.entry("begin without room", JournalRoomTest::admitted),
              Map.entry("settle", journal -> journal.settle(record(1, "1"))),
              Map.entry("reset", journal -> journal.reset(reset("f"))),
              Map.entry("cancel", journal -> journal.cancel(record(1, "1").attempt())),
              Map.entry("pending", Journal::pending),
              Map.entry("isIdle", Journal::isIdle),
              Map.entry("next", journal -> journal.next(1)),
              Map.entry("posted", journal -> journal.posted(journal.next(1))),
              Map.entry("close", Journal::close)));

  static List<String> uses() {
    return List.copyOf(USES.keySet());
  }

  @ParameterizedTest
  @MethodSource("uses")
  void use_byOneThread_leavesItToOthers(String use) throws Exception {
    maxBytes = SEGMENT;
    var journal = journal(Access.MAPPED);
    CompletableFuture.runAsync(
            () -> {
              try {
                Objects.requireNonNull(USES.get(use)).of(journal);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            },
            task -> Thread.ofPlatform().start(task))
        .join();
    var pending = new CompletableFuture<Long>();
    Thread.ofPlatform().daemon().start(() -> pending.complete(journal.pending()));
    assertTrue(pending.get(10, TimeUnit.SECONDS) >= 0);
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void segment_filledToItsLastByte_isReadWhole(Access access) throws Exception {
    var segment = JournalSegment.create(dir, 1, 100, access);
    var file = dir.resolve("0000000001.journal");
    assertEquals(access == Access.MAPPED ? 100 : JournalSegment.FIRST, Files.size(file));
    assertFalse(segment.append((byte) 1, new byte[100 - 8 - 9 + 1]));
    assertTrue(segment.append((byte) 1, new byte[20]));
    assertFalse(segment.append((byte) 2, new byte[100 - 8 - 9 - 29 - 9 + 10]));
    assertTrue(segment.append((byte) 2, new byte[100 - 8 - 9 - 29]));
    assertEquals(0, segment.room());
    segment.close();
    assertEquals(Map.of((byte) 1, 20, (byte) 2, 54), read(file));
    change(file, 8, 100); // A length that ends beyond the file.
    assertEquals(Map.of(), read(file));
    change(file, 8, 20);
    change(file, 8 + 29, 55);
    assertEquals(Map.of((byte) 1, 20), read(file));
  }

  /** The lengths by type. */
  private static Map<Byte, Integer> read(Path file) throws Exception {
    var read = new TreeMap<Byte, Integer>();
    JournalSegment.readAll(file, (type, payload) -> read.put(type, payload.length) == null);
    return read;
  }

  private static void change(Path file, int at, int value) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      bytes.writeInt(value);
    }
  }

  @Test
  void recover_entryWithAnotherType_isTakenAsDamaged() throws Exception {
    var journal = journal(Access.MAPPED);
    journal.settle(record(1, "1"));
    journal.close();
    try (var bytes = new RandomAccessFile(files().getFirst().toFile(), "rw")) {
      bytes.seek(JournalSegment.FIRST + 8);
      bytes.write(Journal.BEGUN);
    }
    assertEquals(List.of(), recovered());
  }

  @Test
  void recover_fileOfAnotherFormatWithoutEntries_isRefused() throws Exception {
    journal(Access.WRITTEN).begin(record(1, "1"));
    var file = files().getFirst();
    change(file, 4, 77);
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(JournalSegment.FIRST);
    }
    var e = assertThrows(LedgerException.class, this::recovered);
    assertEquals(Kind.NEWER, e.kind());
  }

  @Test
  void recover_batches_areOfAtMostThatManyAndOfJournalsAlone() throws Exception {
    var journal = journal(Access.MAPPED);
    var spent = numbered(0, 5);
    spent.forEach(journal::settle);
    journal.close();
    var file = files().getFirst();
    Files.copy(file, file.resolveSibling("0000000001.journal.bak"));
    assertEquals(
        List.of(
            new Records(spent.subList(0, 2)),
            new Records(spent.subList(2, 4)),
            new Records(spent.subList(4, 5))),
        JournalRecovery.of(dir.resolve("run"), 2));
  }
}
