package io.nexus.control.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * One file of a journal, mapped into memory: what is written is the operating system's at once, so
 * it survives the process without a system call a write.
 *
 * <p>The file is filled with zeros before it is mapped, since a mapped write to a full disk would
 * end the process. An entry is its length, a checksum, a type and the payload; length zero ends the
 * file.
 *
 * <p>Not safe for concurrent use; the journal's lock guards it.
 */
final class JournalSegment {

  private static final int HEADER = 9;
  private static final int NAME_DIGITS = 10;
  private static final int ZEROS = 64 * 1024;

  private final Path file;
  private final long number;
  private final Arena arena = Arena.ofShared();
  private final ByteBuffer buffer;
  private int end;

  private JournalSegment(Path file, long number, int size) throws IOException {
    this.file = file;
    this.number = number;
    try (var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // A little at a time: as large as the segment, they would stay with an idle gateway.
      var zeros = ByteBuffer.allocate(Math.min(size, ZEROS));
      for (int left = size; left > 0; ) {
        left -= channel.write(zeros.rewind().limit(Math.min(left, zeros.capacity())));
      }
      buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena).asByteBuffer();
    } catch (IOException e) {
      arena.close();
      Files.deleteIfExists(file);
      throw e;
    }
  }

  static JournalSegment create(Path folder, long number, int size) throws IOException {
    var digits = Long.toString(number);
    var name = "0".repeat(Math.max(0, NAME_DIGITS - digits.length())) + digits + ".journal";
    return new JournalSegment(folder.resolve(name), number, size);
  }

  long number() {
    return number;
  }

  /** Where the next entry goes. */
  int end() {
    return end;
  }

  /** Writes an entry; false if there is no room for it. */
  boolean append(byte type, byte[] payload) {
    if (payload.length > buffer.capacity() - end - HEADER) {
      return false;
    }
    buffer.putInt(end + 4, checksum(type, payload));
    buffer.put(end + 8, type);
    buffer.put(end + HEADER, payload);
    buffer.putInt(end, payload.length);
    end += HEADER + payload.length;
    return true;
  }

  private static int checksum(byte type, byte[] payload) {
    var crc = new CRC32C();
    crc.update(type);
    crc.update(payload);
    return (int) crc.getValue();
  }

  /** Takes an entry. */
  interface Reader {
    void entry(byte type, byte[] payload) throws IOException;
  }

  /** Hands over the entry at a place, and returns the place of the next. */
  int read(int at, Reader reader) throws IOException {
    return read(buffer, at, reader);
  }

  /**
   * The place behind the entry; the same place if there is no entry, or one that was not finished.
   */
  private static int read(ByteBuffer bytes, int at, Reader reader) throws IOException {
    if (at + HEADER > bytes.limit()) {
      return at;
    }
    int length = bytes.getInt(at);
    if (length <= 0 || length > bytes.limit() - at - HEADER) {
      return at;
    }
    var payload = new byte[length];
    bytes.get(at + HEADER, payload);
    byte type = bytes.get(at + 8);
    if (bytes.getInt(at + 4) != checksum(type, payload)) {
      return at;
    }
    reader.entry(type, payload);
    return at + HEADER + length;
  }

  /** Hands over all entries of a file that another process has left. */
  static void readAll(Path file, Reader reader) throws IOException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    int at = 0;
    for (int next = read(bytes, at, reader); next > at; next = read(bytes, at, reader)) {
      at = next;
    }
  }

  /** Lets go of the file and leaves it. */
  void close() {
    arena.close();
  }

  /** Removes the file. */
  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }
}
