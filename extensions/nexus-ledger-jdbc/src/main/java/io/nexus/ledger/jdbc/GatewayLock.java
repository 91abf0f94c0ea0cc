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
 * Keeps a second gateway from a ledger's file: a lock that the operating system holds on a file
 * beside it, and lets go of when the process ends, however it ends. The file also says which log
 * belongs to the ledger's file.
 */
final class GatewayLock implements AutoCloseable {

  private static final int LENGTH = 96;
  private static final int TRIES = 5;
  private static final long BETWEEN_TRIES_MILLIS = 40;
  private static final Pattern MARKS = Pattern.compile("log of (-?\\d+), then (-?\\d+)(, moving)?");

  /**
   * Those that this process has. To open and close their files once more would let go of the locks:
   * that is how POSIX has it.
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
   * What tells a log's own database from another that was put in its place.
   *
   * @param file the mark that the database's file has had since its log began
   * @param log the mark that is in the log alone, and so in every copy that SQLite makes
   * @param moving whether the log was being moved to the file, which may have either mark then
   */
  record Marks(int file, int log, boolean moving) {

    /** Whether a file of such a mark can be the one that the log began with. */
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

  /** Whether this process has the lock of that file, which it must not open then. */
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

  /** What stood there when the lock was taken. */
  Optional<Marks> found() {
    return found;
  }

  /** Writes them down, on the disk. */
  void mark(Marks marks) throws LedgerException {
    try {
      write(text(marks));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Forgets them: the ledger's file is another one from now on. */
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

  /** Always of the same length, so that a crash leaves the one or the other. */
  private void write(String marks) throws IOException {
    var text = "process " + ProcessHandle.current().pid() + "\n" + marks;
    var bytes = ByteBuffer.wrap((text + " ".repeat(LENGTH - text.length())).getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
    channel.truncate(LENGTH);
    channel.force(false);
  }

  /** A report holds the lock for a moment while it looks at the marks. */
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

  /** Lets go of it. */
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
