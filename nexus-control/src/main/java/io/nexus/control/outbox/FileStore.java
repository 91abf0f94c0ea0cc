package io.nexus.control.outbox;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores records in files of a folder. Writes reach the operating system at once, so they survive
 * the process. Records are numbered; a separate file has the number of the first record not yet
 * taken.
 */
final class FileStore implements Store {

  private static final String POSITION = "position";
  private static final int FILES = 8;
  private static final long LARGEST_FILE = 8L << 20;
  private static final long SMALLEST_FILE = 1L << 16;

  private final Path folder;
  private final long maxBytes;
  private final FileChannel position;
  private final ArrayDeque<RecordFile> files = new ArrayDeque<>();

  /** The file to append to; null if the next record begins one. */
  private @Nullable RecordFile open;

  /** The number of the oldest record not taken; below, that of the next record to arrive. */
  private long first;

  private long end;

  /** The position of the oldest record in its file. */
  private long firstAt;

  /** The number and position after the records returned last. */
  private long givenEnd;

  private long givenEndAt;

  private FileStore(Path folder, long maxBytes, FileChannel position) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.position = position;
  }

  static FileStore open(Path folder, long maxBytes) throws LedgerException {
    try {
      Files.createDirectories(folder);
      var position =
          FileChannel.open(
              folder.resolve(POSITION),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (!isLocked(position)) {
        position.close();
        throw new LedgerException(
            Kind.IN_USE,
            folder.toAbsolutePath()
                + ": another gateway has it: end that one, or start this one"
                + " in a folder of its own");
      }
      var store = new FileStore(folder, maxBytes, position);
      store.find();
      return store;
    } catch (IOException e) {
      throw new LedgerException(
          Kind.READ_ONLY,
          folder.toAbsolutePath()
              + ": cannot be written: give the gateway's user the right to, or make room",
          e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Finds the files of an earlier process. */
  private void find() throws IOException {
    var found = new ArrayList<RecordFile>();
    try (Stream<Path> all = Files.list(folder)) {
      for (var path : all.sorted().toList()) {
        var file = RecordFile.found(path);
        if (file != null) {
          found.add(file);
        }
      }
    }
    long taken = readPosition();
    if (found.isEmpty()) {
      first = taken;
      end = taken;
      return;
    }
    files.addAll(found);
    end = Math.max(files.getLast().first() + files.getLast().count(), taken);
    first = Math.max(taken, files.getFirst().first());
    deleteTaken();
    seek();
  }

  private long readPosition() throws IOException {
    var bytes = ByteBuffer.allocate(2 * Long.BYTES);
    int read = position.read(bytes, 0);
    return read == bytes.capacity() && bytes.getLong(0) == ~bytes.getLong(Long.BYTES)
        ? bytes.getLong(0)
        : 0;
  }

  private void writePosition() throws IOException {
    var bytes = ByteBuffer.allocate(2 * Long.BYTES).putLong(first).putLong(~first).flip();
    position.write(bytes, 0);
  }

  /** Finds the position of the oldest record in its file. */
  private void seek() throws IOException {
    var file = files.peekFirst();
    firstAt = 0;
    if (file != null && first > file.first()) {
      firstAt = file.after(first - file.first());
    }
  }

  @Override
  public long size() {
    return end - first;
  }

  @Override
  public long append(List<SpendRecord> records) throws IOException {
    var file = open;
    if (file == null || file.size() >= fileBytes()) {
      // An empty file of an earlier process has the same name.
      if (!files.isEmpty() && files.getLast().first() == end) {
        files.removeLast().close();
      }
      file = RecordFile.create(folder, end);
      files.add(file);
      open = file;
    }
    try {
      file.append(records);
    } catch (IOException e) {
      open = null; // A partial write ends that file.
      throw e;
    }
    end += records.size();
    return bound();
  }

  private long fileBytes() {
    return Math.clamp(maxBytes / FILES, SMALLEST_FILE, LARGEST_FILE);
  }

  /** Deletes the oldest files while the size exceeds the bound. */
  private long bound() throws IOException {
    long before = first;
    long bytes = files.stream().mapToLong(RecordFile::size).sum();
    while (bytes > maxBytes && files.size() > 1) {
      var oldest = files.remove();
      bytes -= oldest.size();
      oldest.delete();
      first = Math.max(first, files.getFirst().first());
      firstAt = 0;
    }
    if (first > before) {
      seek();
      writePosition();
    }
    return first - before;
  }

  @Override
  public List<SpendRecord> first(int atMost) throws IOException {
    var records = new ArrayList<SpendRecord>();
    long at = firstAt;
    for (var file : files) {
      if (records.size() == atMost) {
        break;
      }
      at = file.read(file == files.peekFirst() ? at : 0, atMost - records.size(), records);
    }
    // Fewer than expected: damaged records are skipped.
    givenEnd = records.size() < atMost ? end : first + records.size();
    givenEndAt = at;
    return records;
  }

  @Override
  public void removeGiven() throws IOException {
    if (givenEnd <= first) {
      return;
    }
    first = givenEnd;
    deleteTaken();
    writePosition();
    if (isInFirst(first)) {
      firstAt = givenEndAt;
    } else {
      firstAt = 0;
    }
  }

  /**
   * Whether the oldest file contains the record before that number, and so was the last one read.
   */
  private boolean isInFirst(long number) {
    var file = files.peekFirst();
    return file != null && file.first() < number;
  }

  /** Deletes files whose records are all taken, except the one to append to. */
  private void deleteTaken() throws IOException {
    while (files.size() > 1 && second().first() <= first) {
      files.remove().delete();
    }
    var last = files.peekFirst();
    if (last != null && files.size() == 1 && last != open && first >= end) {
      files.remove().delete();
    }
  }

  private RecordFile second() {
    var each = files.iterator();
    each.next();
    return each.next();
  }

  @Override
  public void close() throws IOException {
    for (var file : files) {
      file.close();
    }
    position.close();
  }

  @Override
  public String toString() {
    return "Records in " + folder;
  }
}
