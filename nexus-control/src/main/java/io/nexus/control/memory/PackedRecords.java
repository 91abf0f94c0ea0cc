package io.nexus.control.memory;

import io.nexus.control.journal.RecordCodec;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Spend records in order of arrival, each attempt once.
 *
 * <p>Records are stored as bytes in large reused arrays with a hash index of numbers. So a gateway
 * under load allocates no long-lived object per record, and the garbage collector has nothing to
 * trace or copy.
 *
 * <p>Not for concurrent use.
 */
final class PackedRecords {

  private static final int SEGMENT_BYTES = 1 << 16;

  /** Before each record: its length, and the hash of its attempt. */
  private static final int HEAD_BYTES = 2 * Integer.BYTES;

  private static final int FIRST_SLOTS = 1 << 10;

  private static final class Segment {
    private final ByteBuffer bytes;
    private int first;

    Segment(int size) {
      bytes = ByteBuffer.allocate(size);
    }

    boolean isOver() {
      return first == bytes.position();
    }

    byte[] at(int place) {
      var record = new byte[bytes.getInt(place)];
      bytes.get(place + HEAD_BYTES, record);
      return record;
    }
  }

  private final List<Segment> segments = new ArrayList<>();
  private final Deque<Segment> spare = new ArrayDeque<>();

  /** The number of dropped segments; it keeps positions stable. */
  private long gone;

  private int size;

  /** An open-addressing table: a used slot has the attempt's hash and its position plus one. */
  private int[] hashes = new int[FIRST_SLOTS];

  private long[] places = new long[FIRST_SLOTS];

  /** The number of records. */
  int size() {
    return size;
  }

  /** Whether it contains a record of that attempt. */
  boolean contains(RecordId attempt) {
    return places[slot(attempt, hash(attempt))] != 0;
  }

  /**
   * Appends a record.
   *
   * @return false, with nothing changed, if it contains a record of that attempt
   */
  boolean add(SpendRecord record) {
    int hash = hash(record.attempt());
    int slot = slot(record.attempt(), hash);
    if (places[slot] != 0) {
      return false;
    }
    var bytes = RecordCodec.bytes(record);
    var segment = withRoomFor(HEAD_BYTES + bytes.length);
    hashes[slot] = hash;
    places[slot] = 1 + ((gone + segments.size() - 1) << Integer.SIZE | segment.bytes.position());
    segment.bytes.putInt(bytes.length).putInt(hash).put(bytes);
    size++;
    if (size > places.length / 2) {
      rehash();
    }
    return true;
  }

  /**
   * Removes the first record and returns its bytes as encoded by {@link RecordCodec}. Must not be
   * empty.
   */
  byte[] removeFirst() {
    var segment = segments.getFirst();
    var bytes = segment.at(segment.first);
    remove(
        slotOf(
            segment.bytes.getInt(segment.first + Integer.BYTES),
            1 + (gone << Integer.SIZE | segment.first)));
    segment.first += HEAD_BYTES + bytes.length;
    size--;
    if (segment.isOver()) {
      var _ = segments.removeFirst();
      gone++;
      if (segment.bytes.capacity() == SEGMENT_BYTES && spare.isEmpty()) {
        segment.first = 0;
        spare.add(segment);
        var _ = segment.bytes.clear();
      }
    }
    return bytes;
  }

  /** Removes the matching records and returns them in order. */
  List<SpendRecord> removeIf(Predicate<SpendRecord> test) {
    var removed = new ArrayList<SpendRecord>();
    for (int left = size; left > 0; left--) {
      var record = decoded(removeFirst());
      if (test.test(record)) {
        removed.add(record);
      } else {
        var _ = add(record);
      }
    }
    return removed;
  }

  /** Passes all records to {@code each}, in order. */
  void forEach(Consumer<SpendRecord> each) {
    for (var segment : segments) {
      int place = segment.first;
      while (place < segment.bytes.position()) {
        var bytes = segment.at(place);
        each.accept(decoded(bytes));
        place += HEAD_BYTES + bytes.length;
      }
    }
  }

  private Segment withRoomFor(int bytes) {
    if (segments.isEmpty() || segments.getLast().bytes.remaining() < bytes) {
      var next = bytes > SEGMENT_BYTES || spare.isEmpty() ? null : spare.poll();
      segments.add(next == null ? new Segment(Math.max(bytes, SEGMENT_BYTES)) : next);
    }
    return segments.getLast();
  }

  private static int hash(RecordId attempt) {
    int hash = attempt.hashCode();
    return hash ^ (hash >>> 16);
  }

  /** The attempt's slot, or the free one where it belongs. */
  private int slot(RecordId attempt, int hash) {
    int mask = places.length - 1;
    int slot = hash & mask;
    while (places[slot] != 0 && !(hashes[slot] == hash && isAt(places[slot] - 1, attempt))) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** The slot of the record at a position. */
  private int slotOf(int hash, long place) {
    int mask = places.length - 1;
    int slot = hash & mask;
    while (places[slot] != place) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean isAt(long place, RecordId attempt) {
    var segment = segments.get((int) ((place >>> Integer.SIZE) - gone));
    try {
      return RecordCodec.attempt(segment.at((int) place)).equals(attempt);
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
  }

  /** Frees a slot, and moves displaced entries of the same probe sequence up. */
  private void remove(int slot) {
    int mask = places.length - 1;
    int free = slot;
    for (int i = (free + 1) & mask; places[i] != 0; i = (i + 1) & mask) {
      if (((i - hashes[i]) & mask) >= ((i - free) & mask)) {
        hashes[free] = hashes[i];
        places[free] = places[i];
        free = i;
      }
    }
    places[free] = 0;
  }

  private void rehash() {
    var oldHashes = hashes;
    var oldPlaces = places;
    hashes = new int[2 * oldHashes.length];
    places = new long[2 * oldPlaces.length];
    int mask = places.length - 1;
    for (int i = 0; i < oldPlaces.length; i++) {
      if (oldPlaces[i] != 0) {
        int slot = oldHashes[i] & mask;
        while (places[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        hashes[slot] = oldHashes[i];
        places[slot] = oldPlaces[i];
      }
    }
  }

  private static SpendRecord decoded(byte[] bytes) {
    try {
      return RecordCodec.record(bytes);
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
  }
}
