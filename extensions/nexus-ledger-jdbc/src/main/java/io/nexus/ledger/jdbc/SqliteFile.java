package io.nexus.ledger.jdbc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A database's files as they lie in their folder, looked at without SQLite.
 *
 * @param database the file itself
 */
record SqliteFile(Path database) {

  /** Where the header has the number that {@code PRAGMA user_version} sets. */
  private static final int MARK_OFFSET = 60;

  /** A log that has nothing but its header changes nothing. */
  private static final int LOG_HEADER_BYTES = 32;

  /** Its write-ahead log: what was committed and is not in the database's file yet. */
  Path log() {
    return beside("-wal");
  }

  /** The index of its log, which SQLite makes anew. */
  Path index() {
    return beside("-shm");
  }

  Path beside(String suffix) {
    return Path.of(database.toAbsolutePath() + suffix);
  }

  /** How many bytes the log has; 0 if there is none. */
  long logBytes() {
    try {
      return Files.size(log());
    } catch (IOException e) {
      return 0;
    }
  }

  /** Whether there is something in the log. */
  boolean hasLog() {
    return logBytes() > LOG_HEADER_BYTES;
  }

  /** Whether there is something in the database's file. */
  boolean hasDatabase() {
    try {
      return Files.size(database) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The mark in the database's own file, whatever the log holds. */
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
