package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second gateway from a ledger's file: a lock that the operating system holds on a file
 * beside it, and lets go of when the process ends, however it ends.
 */
final class GatewayLock implements AutoCloseable {

  private final FileChannel channel;

  private GatewayLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws LedgerException of kind {@code IN_USE} if another gateway has it
   */
  static GatewayLock on(Path ledger) throws LedgerException {
    var file = Path.of(ledger.toAbsolutePath() + ".lock");
    try {
      var parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      var channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw inUse(ledger, Files.readString(file).strip());
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              ("process " + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
      return new GatewayLock(channel);
    } catch (IOException e) {
      throw new LedgerException(
          Kind.READ_ONLY,
          "ledger: "
              + file
              + ": cannot be written: give the gateway's user the right to write it"
              + " and its directory, or make room on the disk",
          e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static LedgerException inUse(Path ledger, String holder) {
    return new LedgerException(
        Kind.IN_USE,
        "ledger: "
            + ledger.toAbsolutePath()
            + ": another gateway ("
            + holder
            + ") has it, and an SQLite file serves one gateway: end that one, or let both share a"
            + " PostgreSQL database: [ledger] url = \"jdbc:postgresql://host/db\"");
  }

  /** Lets go of it. */
  @Override
  public void close() throws LedgerException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LedgerException(Kind.FAILED, "ledger: the lock file cannot be closed", e);
    }
  }
}
