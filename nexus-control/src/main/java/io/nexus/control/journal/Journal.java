package io.nexus.control.journal;

import io.nexus.control.journal.JournalBatch.Records;
import io.nexus.control.journal.JournalBatch.Reset;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds a gateway's begun attempts and its spend until the ledger has them. In memory it is the
 * queue of records to post; on disk it is what the next start reads if the process dies.
 *
 * <p>The invariants:
 *
 * <ul>
 *   <li>At every moment the files contain, for each unposted attempt that may have cost something,
 *       either its record or the most that it can cost.
 *   <li>An attempt that has begun can end: each beginning reserves room for its end. So a full disk
 *       refuses new attempts and loses none that are running. If a write fails nevertheless, the
 *       record waits in memory, and the files charge the attempt as lost.
 *   <li>Records and resets are posted in the order in which they arrived, so that a reset forgives
 *       the spend before it and none after.
 * </ul>
 *
 * <p>Safe for any number of threads that write and one that posts. Requests wait for the lock, so
 * the posting thread reads entries, empties files and deletes them without it: what is before the
 * end of a segment never changes, and only that thread removes segments.
 */
public final class Journal {

  private static final Logger LOG = System.getLogger(Journal.class.getName());

  static final byte BEGUN = 1;
  static final byte SPENT = 2;
  static final byte CANCELLED = 3;
  static final byte RESET = 4;

  /** By how much the end of an attempt may be longer than its beginning. */
  private static final int MORE_AT_THE_END = 256;

  /** The posted segments that are kept for further entries; others are deleted. */
  private static final int SPARE = 2;

  private final Path folder;
  private final WriteFaults faults;
  private final int segmentBytes;
  private final long maxBytes;
  private final JournalSegment.Maker maker;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<JournalSegment> segments = new ArrayDeque<>();

  /** Empty segments for further entries. */
  private final ArrayDeque<JournalSegment> spare = new ArrayDeque<>();

  private final Map<RecordId, Begun> open = new HashMap<>();

  /** Entries for which the disk had no room. */
  private final ArrayDeque<JournalBatch> homeless = new ArrayDeque<>();

  private long lastNumber;
  private long reserved;
  private long pending;
  private Cursor posted;
  private Cursor handedOut;
  private int homelessOut;
  private int homelessResets;

  private record Begun(SpendRecord record, long segment, int reserved) {}

  /** A position between two entries. */
  private record Cursor(long segment, int at) {}

  /** Entries of a segment. */
  private record Extent(JournalSegment segment, int from, int end) {}

  Journal(Path folder, int segmentBytes, long maxBytes, JournalSegment.Maker maker)
      throws IOException {
    this.folder = folder;
    this.faults = new WriteFaults(folder);
    this.segmentBytes = segmentBytes;
    this.maxBytes = maxBytes;
    this.maker = maker;
    Files.createDirectories(folder);
    addSpare();
    segments.add(spare.remove());
    posted = new Cursor(segments.getLast().number(), JournalSegment.FIRST);
    handedOut = posted;
  }

  /** Notes an attempt's beginning and the most it may cost; false without room for its end. */
  public boolean begin(SpendRecord worstCase) {
    var payload = RecordCodec.bytes(worstCase);
    int end = JournalSegment.HEADER + payload.length + MORE_AT_THE_END;
    lock.lock();
    try {
      if (!hasRoomFor(JournalSegment.HEADER + payload.length + end)) {
        return false;
      }
      append(BEGUN, payload);
      reserved += end;
      ended(open.put(worstCase.attempt(), new Begun(worstCase, segments.getLast().number(), end)));
      return true;
    } catch (IOException | InternalError e) {
      faults.note(e);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the reserved bytes and these fit; creates another file if needed. The end of each file
   * may stay empty up to the length of an entry.
   */
  private boolean hasRoomFor(int bytes) {
    try {
      while (room() < reserved + bytes * (spare.size() + 2L)) {
        if ((segments.size() + spare.size() + 1L) * segmentBytes > maxBytes) {
          return false;
        }
        addSpare();
      }
      return true;
    } catch (IOException | InternalError e) {
      faults.note(e);
      return false;
    }
  }

  private long room() {
    long room = segments.getLast().room();
    for (var segment : spare) {
      room += segment.room();
    }
    return room;
  }

  private void ended(@Nullable Begun begun) {
    if (begun != null) {
      reserved -= begun.reserved();
    }
  }

  /** Notes the cost of an attempt and queues the record. Never refused. */
  public void settle(SpendRecord record) {
    var payload = RecordCodec.bytes(record);
    lock.lock();
    try {
      queue(homelessResets == 0, SPENT, payload, new Records(List.of(record)));
    } finally {
      ended(open.remove(record.attempt()));
      pending++;
      lock.unlock();
    }
  }

  /** Queues a reset: it forgives the spend queued before it and none after. */
  public void reset(Reset reset) {
    lock.lock();
    try {
      queue(homeless.isEmpty(), RESET, RecordCodec.bytes(reset), reset);
    } finally {
      pending++;
      lock.unlock();
    }
  }

  /** Keeps the order between entries on disk and those that wait in memory. */
  private void queue(boolean inTurn, byte type, byte[] payload, JournalBatch one) {
    try {
      if (inTurn) {
        append(type, payload);
        return;
      }
    } catch (IOException | InternalError e) {
      faults.note(e);
    }
    homeless.add(one);
    homelessResets += one instanceof Reset ? 1 : 0;
  }

  /** Notes that an attempt has cost nothing. */
  public void cancel(RecordId attempt) {
    lock.lock();
    try {
      var begun = open.remove(attempt);
      if (begun != null) {
        ended(begun);
        append(CANCELLED, RecordCodec.bytes(attempt));
      }
    } catch (IOException | InternalError e) {
      faults.note(e);
    } finally {
      lock.unlock();
    }
  }

  private void append(byte type, byte[] payload) throws IOException {
    if (segments.getLast().append(type, payload)) {
      return;
    }
    if (spare.isEmpty()) {
      addSpare();
    }
    segments.add(spare.remove());
    if (!segments.getLast().append(type, payload)) {
      throw new IOException("an entry of " + payload.length + " bytes is too long");
    }
  }

  private void addSpare() throws IOException {
    spare.add(maker.make(folder, lastNumber + 1, segmentBytes));
    lastNumber++;
    faults.over();
  }

  /** The number of records and resets not yet posted. */
  public long pending() {
    return locked(() -> pending);
  }

  /** Whether no attempt is running and everything is posted. */
  public boolean isIdle() {
    return locked(() -> pending == 0 && open.isEmpty());
  }

  /** Whether an attempt of some two kilobytes can begin. */
  public boolean hasRoom() {
    return locked(() -> hasRoomFor(8 * MORE_AT_THE_END));
  }

  private <T> T locked(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  /** The next batch to post; the same until {@link #posted} is called. */
  public JournalBatch next(int atMost) throws IOException {
    var batch = new BatchReader(atMost);
    handedOut = posted;
    homelessOut = 0;
    read(unread(), batch);
    if (batch.isEmpty()) {
      lock.lock();
      try {
        // What has come meanwhile is before what waits in memory.
        read(unread(), batch);
        if (batch.isEmpty()) {
          for (var each = homeless.iterator(); each.hasNext() && batch.add(each.next()); ) {
            homelessOut++;
          }
        }
      } finally {
        lock.unlock();
      }
    }
    return batch.batch();
  }

  /** What is on the disk and not handed out. */
  private List<Extent> unread() {
    lock.lock();
    try {
      var unread = new ArrayList<Extent>();
      for (var segment : segments) {
        if (segment.number() >= handedOut.segment()) {
          boolean begun = segment.number() == handedOut.segment();
          unread.add(
              new Extent(segment, begun ? handedOut.at() : JournalSegment.FIRST, segment.end()));
        }
      }
      return unread;
    } finally {
      lock.unlock();
    }
  }

  private void read(List<Extent> extents, BatchReader batch) throws IOException {
    for (var extent : extents) {
      int at = extent.from();
      int next = at;
      do {
        at = next;
        next = at < extent.end() ? extent.segment().read(at, batch) : at;
      } while (next > at);
      handedOut = new Cursor(extent.segment().number(), at);
      if (at < extent.end()) {
        return;
      }
    }
  }

  /** The batch is in the ledger; its segments are kept for further entries, or deleted. */
  public void posted(JournalBatch batch) {
    var read = new ArrayList<JournalSegment>();
    lock.lock();
    try {
      posted = handedOut;
      for (; homelessOut > 0; homelessOut--) {
        homelessResets -= homeless.remove() instanceof Reset ? 1 : 0;
      }
      pending -= batch.size();
      while (segments.size() > 1 && isRead(segments.getFirst())) {
        carryOver(segments.getFirst().number());
        read.add(segments.removeFirst());
      }
    } catch (IOException | InternalError e) {
      LOG.log(Level.WARNING, "Journal " + folder + ": a file stays for now: make room", e);
    } finally {
      lock.unlock();
    }
    for (var segment : read) {
      try {
        reuse(segment);
      } catch (IOException | InternalError e) {
        LOG.log(Level.WARNING, "Journal " + folder + ": a file stays: make room", e);
      }
    }
  }

  /** Keeps a posted segment as a spare one, unless there are enough. */
  private void reuse(JournalSegment segment) throws IOException {
    segment.empty();
    lock.lock();
    try {
      if (spare.size() < SPARE) {
        segment.number(folder, lastNumber + 1);
        lastNumber++;
        spare.add(segment);
        return;
      }
    } finally {
      lock.unlock();
    }
    segment.delete();
  }

  private boolean isRead(JournalSegment segment) {
    return segment.number() < posted.segment()
        || (segment.number() == posted.segment() && segment.end() == posted.at());
  }

  /** Copies the beginnings of running attempts out of an old segment. */
  private void carryOver(long segment) throws IOException {
    for (var entry : open.entrySet()) {
      var begun = entry.getValue();
      if (begun.segment() <= segment) {
        append(BEGUN, RecordCodec.bytes(begun.record()));
        entry.setValue(new Begun(begun.record(), segments.getLast().number(), begun.reserved()));
      }
    }
  }

  /**
   * Closes the files, and deletes them if the ledger has everything. Remaining files are forced to
   * the disk and marked as complete.
   */
  public void close() throws IOException {
    lock.lock();
    try {
      for (var segment : spare) {
        segment.delete();
      }
      if (open.isEmpty() && pending == 0) {
        for (var segment : segments) {
          segment.delete();
        }
        JournalFolder.delete(folder);
        return;
      }
      for (var segment : segments) {
        segment.force();
        segment.close();
      }
      if (homeless.isEmpty()) {
        JournalFolder.markWhole(folder);
      }
    } finally {
      lock.unlock();
    }
  }
}
