package io.nexus.ledger.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Keeps a second gateway from a ledger's file by an operating-system lock on a file beside it,
 * which ends with the process. The lock's file also records which log belongs to the ledger's file.
 */
final class GatewayLock implements AutoCloseable {

  private static final int LENGTH = 96;
  private static final int TRIES = 5;
  private static final long BETWEEN_TRIES_MILLIS = 40;
  private static final Pattern MARKS = Pattern.compile("log of (-?\\d+), then (-?\\d+)(, moving)?");

  /**
   * The locks of this process. Opening and closing their files again would release the locks, by
   * POSIX rules.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final FileChannel channel;
  private final Path file;
  private final Optional<Marks> found;

  private GatewayLock(FileChannel channel, Path file, Optional<Marks> found) {
    this.channel = channel;
    this.file = file;
    this.found = found;
  }

  /**
   * Marks that distinguish a log's own database from one that replaced it.
   *
   * @param file the mark of the database's file since its log began
   * @param log the mark that is only in the log, and so in every copy made by SQLite
   * @param moving whether a checkpoint was running, so that the file may have either mark
   */
  record Marks(int file, int log, boolean moving) {

    /** Whether a file with this mark can be the log's own. */
    boolean fit(int mark) {
      return mark == file || (moving && mark == log);
    }
  }

  /**
   * Takes the lock.
   *
   * @throws LedgerException of kind {@code IN_USE} if another gateway has it
   */
  static GatewayLock on(Path ledger) throws LedgerException {
    var file = new SqliteFile(ledger).beside(".lock");
    if (!OURS.add(key(file))) {
      throw inUse(ledger, "process " + ProcessHandle.current().pid());
    }
    boolean taken = false;
    try {
      var lock = take(ledger, file);
      taken = true;
      return lock;
    } finally {
      if (!taken) {
        OURS.remove(key(file));
      }
    }
  }

  private static GatewayLock take(Path ledger, Path file) throws LedgerException {
    try {
      var parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      var channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      var said = text(channel);
      if (!locked(channel)) {
        channel.close();
        throw inUse(ledger, said.lines().findFirst().orElse(""));
      }
      var lock = new GatewayLock(channel, file, marks(text(channel)));
      lock.write(lock.found.map(GatewayLock::text).orElse(""));
      return lock;
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Whether this process has the lock of that file, and so must not open it. */
  static boolean isOurs(Path file) {
    return OURS.contains(key(file));
  }

  private static Path key(Path file) {
    return file.toAbsolutePath().normalize();
  }

  /** The text in the file of a ledger's lock, whether or not it is held. */
  static Optional<Marks> marks(FileChannel channel) throws IOException {
    return marks(text(channel));
  }

  private static String text(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(LENGTH);
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
      // More of it.
    }
    return new String(bytes.array(), 0, bytes.position(), UTF_8);
  }

  private static Optional<Marks> marks(String text) {
    try {
      var found = MARKS.matcher(text);
      return found.find()
          ? Optional.of(
              new Marks(
                  Integer.parseInt(found.group(1)),
                  Integer.parseInt(found.group(2)),
                  found.group(3) != null))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The marks found when the lock was taken. */
  Optional<Marks> found() {
    return found;
  }

  /** Stores the marks durably. */
  void mark(Marks marks) throws LedgerException {
    try {
      write(text(marks));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Deletes the marks: the ledger's file is being replaced. */
  void forget() throws LedgerException {
    try {
      write("");
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static String text(Marks marks) {
    return "log of " + marks.file() + ", then " + marks.log() + (marks.moving() ? ", moving" : "");
  }

  /** Writes a fixed length, so that a crash leaves either the old or the new text. */
  private void write(String marks) throws IOException {
    var text = "process " + ProcessHandle.current().pid() + "\n" + marks;
    var bytes = ByteBuffer.wrap((text + " ".repeat(LENGTH - text.length())).getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
    channel.truncate(LENGTH);
    channel.force(false);
  }

  /** Retries, because a report holds the lock briefly while it reads the marks. */
  private static boolean locked(FileChannel channel) throws IOException {
    for (int left = TRIES; left > 0; left--) {
      try {
        if (channel.tryLock() != null) {
          return true;
        }
        Thread.sleep(BETWEEN_TRIES_MILLIS);
      } catch (OverlappingFileLockException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  private static LedgerException unwritable(Path file, IOException e) {
    return new LedgerException(
        Kind.READ_ONLY,
        "ledger: "
            + file
            + ": cannot be written: give the gateway's user the right to write it"
            + " and its directory, or make room on the disk",
        e);
  }

  private static LedgerException inUse(Path ledger, String holder) {
    return new LedgerException(
        Kind.IN_USE,
        "ledger: "
            + ledger.toAbsolutePath()
            + ": another gateway ("
            + holder.strip()
            + ") has it, and an SQLite file serves one gateway: end that one, or let both share a"
            + " PostgreSQL database: [ledger] url = \"jdbc:postgresql://host/db\"");
  }

  /** Releases the lock. */
  @Override
  public void close() throws LedgerException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LedgerException(Kind.FAILED, "ledger: the lock file cannot be closed", e);
    } finally {
      OURS.remove(key(file));
    }
  }
}
