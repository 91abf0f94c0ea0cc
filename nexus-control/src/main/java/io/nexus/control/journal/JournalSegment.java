package io.nexus.control.journal;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of a journal. Writes reach the operating system at once, so they survive the process.
 *
 * <p>The file begins with a magic number and a format version. An entry is its length, a checksum,
 * a type and the payload; length zero ends the file.
 *
 * <p>Not safe for concurrent use, except for reading entries before the {@linkplain #end end}; the
 * journal's lock guards the rest.
 */
final class JournalSegment {

  /** Creates segments. */
  interface Maker {
    JournalSegment make(Path folder, long number, int bytes) throws IOException;
  }

  /** Bytes before the first entry. */
  static final int FIRST = 8;

  /** Bytes of an entry without its payload. */
  static final int HEADER = 9;

  /**
   * "NXJL"; a file of the first version has no magic number and begins with an entry's length,
   * which is a smaller number.
   */
  private static final int MARK = 0x4e584a4c;

  private static final int VERSION = 2;
  private static final int NAME_DIGITS = 10;
  private static final int ZEROS = 64 * 1024;

  /** How bytes get into the file. */
  enum Access {
    /**
     * The file is mapped into memory, so a write needs no system call. It is filled with zeros
     * first, because a mapped write without disk space would crash the process.
     */
    MAPPED,
    /** The file is written by system calls, so that a write without disk space returns an error. */
    WRITTEN;

    /**
     * File systems that overwrite blocks in place, and so keep the space that the zeros reserve.
     */
    private static final Set<String> IN_PLACE =
        Set.of("ext2", "ext3", "ext4", "xfs", "tmpfs", "ntfs");

    /** The access that suits the folder's file system. */
    static Access of(Path folder) throws IOException {
      var type = Files.getFileStore(folder).type().toLowerCase(Locale.ROOT);
      return IN_PLACE.contains(type) ? MAPPED : WRITTEN;
    }
  }

  private Path file;
  private long number;
  private final Arena arena = Arena.ofShared();
  private final @Nullable MemorySegment mapped;
  private final @Nullable FileChannel channel;
  private final ByteBuffer buffer;
  private int end = FIRST;

  private JournalSegment(Path file, long number, int size, Access access) throws IOException {
    this.file = file;
    this.number = number;
    var open =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean made = false;
    try {
      fill(open, access == Access.MAPPED ? size : FIRST);
      if (access == Access.MAPPED) {
        channel = null;
        mapped = open.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
        buffer = mapped.asByteBuffer();
        open.close();
      } else {
        channel = open;
        mapped = null;
        buffer = ByteBuffer.allocate(size);
      }
      buffer.putInt(4, VERSION);
      buffer.putInt(0, MARK);
      write(0, FIRST);
      made = true;
    } finally {
      if (!made) {
        arena.close();
        open.close();
        Files.deleteIfExists(file);
      }
    }
  }

  /** Writes small pieces: a buffer of a segment's size would stay in an idle gateway's memory. */
  private static void fill(FileChannel open, int size) throws IOException {
    var zeros = ByteBuffer.allocate(Math.min(size, ZEROS));
    for (int left = size; left > 0; ) {
      left -= open.write(zeros.rewind().limit(Math.min(left, zeros.capacity())));
    }
  }

  static JournalSegment create(Path folder, long number, int size, Access access)
      throws IOException {
    return new JournalSegment(file(folder, number), number, size, access);
  }

  private static Path file(Path folder, long number) {
    var digits = Long.toString(number);
    return folder.resolve(
        "0".repeat(Math.max(0, NAME_DIGITS - digits.length())) + digits + ".journal");
  }

  long number() {
    return number;
  }

  /** Gives an empty segment another number, and its file the name. */
  void number(Path folder, long next) throws IOException {
    var renamed = file(folder, next);
    Files.move(file, renamed, StandardCopyOption.ATOMIC_MOVE);
    file = renamed;
    number = next;
  }

  /**
   * Removes all entries. The first one goes first: if the process dies meanwhile, the file reads as
   * empty, and never as beginnings whose ends are gone.
   */
  void empty() throws IOException {
    buffer.putInt(FIRST, 0);
    if (channel != null) {
      channel.truncate(FIRST);
    }
    VarHandle.releaseFence();
    MemorySegment.ofBuffer(buffer).asSlice(FIRST).fill((byte) 0);
    end = FIRST;
  }

  /** Where the next entry goes. */
  int end() {
    return end;
  }

  /** The remaining bytes, headers included. */
  int room() {
    return buffer.capacity() - end;
  }

  /** Writes an entry; false if there is no room for it. */
  boolean append(byte type, byte[] payload) throws IOException {
    if (payload.length > room() - HEADER) {
      return false;
    }
    buffer.putInt(end + 4, checksum(type, payload));
    buffer.put(end + 8, type);
    buffer.put(end + HEADER, payload);
    buffer.putInt(end, payload.length);
    write(end, HEADER + payload.length);
    end += HEADER + payload.length;
    return true;
  }

  /** Writes the length last, so that readers skip an entry whose write failed. */
  private void write(int at, int length) throws IOException {
    if (channel == null) {
      return;
    }
    var bytes = buffer.slice(at, length);
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes, at + bytes.position());
      }
    } catch (IOException e) {
      buffer.putInt(at, 0);
      throw e;
    }
  }

  private static int checksum(byte type, byte[] payload) {
    var crc = new CRC32C();
    crc.update(type);
    crc.update(payload);
    return (int) crc.getValue();
  }

  /** Takes entries. */
  interface Reader {

    /** Takes an entry and returns true, or returns false to read it again later. */
    boolean entry(byte type, byte[] payload) throws IOException;
  }

  /**
   * Passes the entry at a position to the reader, and returns the position of the next; the same if
   * the reader leaves it.
   */
  int read(int at, Reader reader) throws IOException {
    return read(buffer, at, reader);
  }

  /** The position after the entry; the same position if there is no entry or an incomplete one. */
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
    return reader.entry(type, payload) ? at + HEADER + length : at;
  }

  /**
   * Passes all entries of an ended process's file to the reader.
   *
   * @throws LedgerException of kind {@code NEWER} if this version does not know its format
   */
  static void readAll(Path file, Reader reader) throws IOException, LedgerException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    boolean marked = bytes.limit() >= FIRST && bytes.getInt(0) == MARK;
    if (marked && bytes.getInt(4) != VERSION) {
      throw new LedgerException(
          Kind.NEWER,
          "ledger journal: "
              + file.toAbsolutePath()
              + ": an earlier run has left it in format "
              + bytes.getInt(4)
              + ", and this version knows format "
              + VERSION
              + ": start the version that wrote it once, so that it posts what is in there");
    }
    int at = marked ? FIRST : 0;
    for (int next = read(bytes, at, reader); next > at; next = read(bytes, at, reader)) {
      at = next;
    }
  }

  /** Forces everything written to the disk. */
  void force() throws IOException {
    if (mapped != null) {
      mapped.force();
    } else if (channel != null) {
      channel.force(true);
    }
  }

  /** Closes the file without deleting it. */
  void close() throws IOException {
    arena.close();
    if (channel != null) {
      channel.close();
    }
  }

  /** Closes and deletes the file. */
  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }
}
