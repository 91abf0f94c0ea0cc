package io.nexus.control.journal;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * What a gateway has begun and what it has spent, until the ledger has it: the queue of records to
 * post and, on disk, what the next start reads if the process dies.
 *
 * <p>The invariant: at every moment the files name, of each attempt that may have cost something
 * and is not posted, either its record or the most that it can cost.
 *
 * <p>Safe for any number of threads that write and one that posts.
 */
public final class Journal {

  private static final Logger LOG = System.getLogger(Journal.class.getName());

  private static final byte BEGUN = 1;
  private static final byte SPENT = 2;
  private static final byte CANCELLED = 3;

  private final Path folder;
  private final int segmentBytes;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<JournalSegment> segments = new ArrayDeque<>();
  private final Map<RecordId, Begun> open = new HashMap<>();

  /** Records for which the disk had no room. */
  private final ArrayDeque<SpendRecord> homeless = new ArrayDeque<>();

  private long lastNumber;
  private long pending;
  private Cursor posted = new Cursor(0, 0);
  private Cursor handedOut = posted;
  private int homelessOut;

  private record Begun(SpendRecord record, long segment) {}

  /** A place between two entries. */
  private record Cursor(long segment, int at) {}

  Journal(Path folder, int segmentBytes, long maxBytes) throws IOException {
    this.folder = folder;
    this.segmentBytes = segmentBytes;
    this.maxBytes = maxBytes;
    Files.createDirectories(folder);
    roll();
    posted = new Cursor(segments.getLast().number(), 0);
    handedOut = posted;
  }

  /** Notes an attempt that may cost so much; false if there is no room. */
  public boolean begin(SpendRecord worstCase) {
    var payload = RecordCodec.bytes(worstCase);
    lock.lock();
    try {
      if ((segments.size() + 1L) * segmentBytes > maxBytes
          && segments.getLast().end() + payload.length > segmentBytes / 2) {
        return false;
      }
      append(BEGUN, payload);
      open.put(worstCase.attempt(), new Begun(worstCase, segments.getLast().number()));
      return true;
    } catch (IOException e) {
      LOG.log(Level.ERROR, "Journal " + folder + ": nothing can be written: make room", e);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Notes what an attempt has cost, and queues the record. It is never refused. */
  public void settle(SpendRecord record) {
    var payload = RecordCodec.bytes(record);
    lock.lock();
    try {
      append(SPENT, payload);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "Journal " + folder + ": a record is kept in memory only", e);
      homeless.add(record);
    } finally {
      open.remove(record.attempt());
      pending++;
      lock.unlock();
    }
  }

  /** Notes that an attempt has cost nothing. */
  public void cancel(RecordId attempt) {
    lock.lock();
    try {
      if (open.remove(attempt) != null) {
        append(CANCELLED, RecordCodec.bytes(attempt));
      }
    } catch (IOException e) {
      LOG.log(Level.ERROR, "Journal " + folder + ": nothing can be written: make room", e);
    } finally {
      lock.unlock();
    }
  }

  private void append(byte type, byte[] payload) throws IOException {
    if (segments.getLast().append(type, payload)) {
      return;
    }
    roll();
    if (!segments.getLast().append(type, payload)) {
      throw new IOException("an entry of " + payload.length + " bytes is too long");
    }
  }

  private void roll() throws IOException {
    var segment = JournalSegment.create(folder, lastNumber + 1, segmentBytes);
    lastNumber++;
    segments.add(segment);
  }

  /** How many records are to be posted. */
  public long pending() {
    lock.lock();
    try {
      return pending;
    } finally {
      lock.unlock();
    }
  }

  /** The next records to post, the same ones until {@link #posted} is called. */
  public List<SpendRecord> next(int atMost) throws IOException {
    lock.lock();
    try {
      var records = new ArrayList<SpendRecord>();
      handedOut = posted;
      for (var segment : segments) {
        if (segment.number() >= handedOut.segment()) {
          read(segment, records, atMost);
        }
      }
      homelessOut = 0;
      for (var record : homeless) {
        if (records.size() < atMost) {
          records.add(record);
          homelessOut++;
        }
      }
      return records;
    } finally {
      lock.unlock();
    }
  }

  private void read(JournalSegment segment, List<SpendRecord> records, int atMost)
      throws IOException {
    int at = segment.number() == handedOut.segment() ? handedOut.at() : 0;
    while (records.size() < atMost) {
      int next =
          segment.read(
              at,
              (type, payload) -> {
                if (type == SPENT) {
                  records.add(RecordCodec.record(payload));
                }
              });
      if (next == at) {
        break;
      }
      at = next;
      handedOut = new Cursor(segment.number(), at);
    }
  }

  /** The records that were handed out are in the ledger; what is needed no more goes. */
  public void posted(int count) throws IOException {
    lock.lock();
    try {
      posted = handedOut;
      for (; homelessOut > 0; homelessOut--) {
        homeless.remove();
      }
      pending -= count;
      while (segments.size() > 1 && isRead(segments.getFirst())) {
        carryOver(segments.getFirst().number());
        segments.removeFirst().delete();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isRead(JournalSegment segment) {
    return segment.number() < posted.segment()
        || (segment.number() == posted.segment() && segment.end() == posted.at());
  }

  /** Notes again what began there and goes on. */
  private void carryOver(long segment) throws IOException {
    for (var entry : open.entrySet()) {
      if (entry.getValue().segment() <= segment) {
        var record = entry.getValue().record();
        append(BEGUN, RecordCodec.bytes(record));
        entry.setValue(new Begun(record, segments.getLast().number()));
      }
    }
  }

  /** Lets go of the files, and removes them if all that they say is in the ledger. */
  public void close() throws IOException {
    lock.lock();
    try {
      boolean done = open.isEmpty() && pending == 0;
      for (var segment : segments) {
        if (done) {
          segment.delete();
        } else {
          segment.close();
        }
      }
      if (done) {
        JournalFolder.delete(folder);
      }
    } finally {
      lock.unlock();
    }
  }

  /** What a process has left: its records, and as lost what it had begun and not ended. */
  public static List<SpendRecord> recover(Path folder) throws IOException {
    var spent = new LinkedHashMap<RecordId, SpendRecord>();
    var begun = new LinkedHashMap<RecordId, SpendRecord>();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(f -> f.toString().endsWith(".journal")).sorted().toList();
    }
    for (var file : files) {
      JournalSegment.readAll(file, (type, payload) -> entry(type, payload, spent, begun));
    }
    var records = new ArrayList<>(spent.values());
    begun.values().forEach(record -> records.add(record.lost()));
    return records;
  }

  private static void entry(
      byte type, byte[] payload, Map<RecordId, SpendRecord> spent, Map<RecordId, SpendRecord> begun)
      throws IOException {
    switch (type) {
      case BEGUN -> {
        var record = RecordCodec.record(payload);
        begun.put(record.attempt(), record);
      }
      case SPENT -> {
        var record = RecordCodec.record(payload);
        begun.remove(record.attempt());
        spent.put(record.attempt(), record);
      }
      case CANCELLED -> begun.remove(RecordCodec.attempt(payload));
      default -> throw new IOException("an entry of unknown type " + type);
    }
  }
}
