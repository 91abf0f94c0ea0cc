package io.nexus.ledger.jdbc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A database's files, read without SQLite.
 *
 * @param database the file itself
 */
record SqliteFile(Path database) {

  /** The offset in the header of the number set by {@code PRAGMA user_version}. */
  private static final int MARK_OFFSET = 60;

  /**
   * The files of which a mark was read, by their identity. They stay open, and so keep their
   * identity: by POSIX rules, to close a file releases all of the process's locks on it, also
   * SQLite's. Another program would then take itself for the last one that has the database open,
   * and delete the log that this process goes on to write.
   */
  private static final Map<Object, FileChannel> OPEN = new HashMap<>();

  /** The size of a log without entries. */
  private static final int LOG_HEADER_BYTES = 32;

  /** Its write-ahead log: commits not yet in the database's file. */
  Path log() {
    return beside("-wal");
  }

  /** The index of its log, which SQLite rebuilds. */
  Path index() {
    return beside("-shm");
  }

  Path beside(String suffix) {
    return Path.of(database.toAbsolutePath() + suffix);
  }

  /** The size of the log in bytes; 0 if there is none. */
  long logBytes() {
    try {
      return Files.size(log());
    } catch (IOException e) {
      return 0;
    }
  }

  /** Whether the log has entries. */
  boolean hasLog() {
    return logBytes() > LOG_HEADER_BYTES;
  }

  /** Whether the database's file is not empty. */
  boolean hasDatabase() {
    try {
      return Files.size(database) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The mark in the database's own file, without the log. */
  int mark() throws IOException {
    var channel = channel();
    var bytes = ByteBuffer.allocate(Integer.BYTES);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, MARK_OFFSET + bytes.position()) < 0) {
        return 0;
      }
    }
    return bytes.flip().getInt();
  }

  private FileChannel channel() throws IOException {
    synchronized (OPEN) {
      var identity = Files.readAttributes(database, BasicFileAttributes.class).fileKey();
      var key = Objects.requireNonNullElse(identity, database.toAbsolutePath());
      var channel = OPEN.get(key);
      if (channel == null) {
        channel = FileChannel.open(database, StandardOpenOption.READ);
        OPEN.put(key, channel);
      }
      return channel;
    }
  }
}
