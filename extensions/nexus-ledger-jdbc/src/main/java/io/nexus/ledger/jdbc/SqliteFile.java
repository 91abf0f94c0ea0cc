package io.nexus.ledger.jdbc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A database's files, read without SQLite.
 *
 * @param database the file itself
 */
record SqliteFile(Path database) {

  /** The offset in the header of the number set by {@code PRAGMA user_version}. */
  private static final int MARK_OFFSET = 60;

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
    try (var channel = FileChannel.open(database, StandardOpenOption.READ)) {
      var bytes = ByteBuffer.allocate(Integer.BYTES);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, MARK_OFFSET + bytes.position()) < 0) {
          return 0;
        }
      }
      return bytes.flip().getInt();
    }
  }
}
