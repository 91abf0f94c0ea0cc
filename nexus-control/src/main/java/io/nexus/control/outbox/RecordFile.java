package io.nexus.control.outbox;

import io.nexus.control.journal.RecordCodec;
import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of an outbox, named by the number of its first record. A record is its length, a
 * checksum and its bytes; incomplete records are not read.
 */
final class RecordFile {

  private static final String SUFFIX = ".records";
  private static final int HEADER = 8;
  private static final int CHUNK = 256 * 1024;

  private final Path path;
  private final long first;
  private final FileChannel channel;
  private long size;

  private RecordFile(Path path, long first, FileChannel channel, long size) {
    this.path = path;
    this.first = first;
    this.channel = channel;
    this.size = size;
  }

  /** Creates a file. */
  static RecordFile create(Path folder, long first) throws IOException {
    var path = folder.resolve(String.format(Locale.ROOT, "%019d", first) + SUFFIX);
    var channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    return new RecordFile(path, first, channel, 0);
  }

  /** A file of an earlier process; null if it is not such a file. */
  static @Nullable RecordFile found(Path path) throws IOException {
    var name = String.valueOf(path.getFileName());
    if (!name.endsWith(SUFFIX)) {
      return null;
    }
    try {
      long first = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
      var channel = FileChannel.open(path, StandardOpenOption.READ);
      return new RecordFile(path, first, channel, channel.size());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The number of its first record. */
  long first() {
    return first;
  }

  /** Its size in bytes. */
  long size() {
    return size;
  }

  /** Appends all records; a failed write leaves nothing readable. */
  void append(List<SpendRecord> records) throws IOException {
    var frames = records.stream().map(RecordCodec::bytes).toList();
    var bytes = ByteBuffer.allocate(frames.stream().mapToInt(f -> f.length + HEADER).sum());
    for (var frame : frames) {
      bytes.putInt(frame.length).putInt(checksum(frame)).put(frame);
    }
    bytes.flip();
    long at = size;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
    size = at;
  }

  /**
   * Adds records, beginning at a position, to a list.
   *
   * @return the position after the last of them
   */
  long read(long from, int atMost, List<SpendRecord> to) throws IOException {
    return walk(from, atMost, frame -> to.add(RecordCodec.record(frame)));
  }

  /** The position after this number of records. */
  long after(long records) throws IOException {
    return walk(0, records, _ -> {});
  }

  /** The number of its records. */
  long count() throws IOException {
    var count = new AtomicLong();
    var _ = walk(0, Long.MAX_VALUE, _ -> count.incrementAndGet());
    return count.get();
  }

  /** Takes the bytes of a record. */
  private interface Reader {
    void frame(byte[] bytes) throws IOException;
  }

  private long walk(long from, long atMost, Reader reader) throws IOException {
    var bytes = ByteBuffer.allocate(CHUNK).limit(0);
    long at = from;
    for (long i = 0; i < atMost; i++) {
      bytes = filled(bytes, at, HEADER);
      if (bytes.remaining() < HEADER) {
        return at;
      }
      int length = bytes.getInt(bytes.position());
      if (length <= 0 || length > size - at - HEADER) {
        return at;
      }
      bytes = filled(bytes, at, HEADER + length);
      if (bytes.remaining() < HEADER + length) {
        return at;
      }
      var frame = new byte[length];
      int sum = bytes.getInt(bytes.position() + Integer.BYTES);
      bytes.position(bytes.position() + HEADER).get(frame);
      if (sum != checksum(frame)) {
        return at;
      }
      reader.frame(frame);
      at += HEADER + length;
    }
    return at;
  }

  /** The same buffer if it has enough bytes left, else one filled from the position. */
  private ByteBuffer filled(ByteBuffer bytes, long at, int needed) throws IOException {
    if (bytes.remaining() >= needed) {
      return bytes;
    }
    var next = needed > bytes.capacity() ? ByteBuffer.allocate(needed) : bytes.clear();
    for (long from = at; next.hasRemaining() && from < size; ) {
      int read = channel.read(next, from);
      if (read < 0) {
        break;
      }
      from += read;
    }
    return next.flip();
  }

  private static int checksum(byte[] frame) {
    var crc = new CRC32C();
    crc.update(frame);
    return (int) crc.getValue();
  }

  void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
  }

  void close() throws IOException {
    channel.close();
  }
}
