package io.nexus.control.journal;

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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a gateway's journals: one subfolder for each process whose entries are not all
 * posted. An operating-system lock admits one process at a time, so the holder of the lock knows
 * that the others have ended.
 */
public final class JournalFolder implements AutoCloseable {

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String ABOUT = "about";
  private static final String WHOLE = "whole";
  private static final String UNKNOWN = "unknown";

  private final Path folder;
  private final FileChannel lock;

  private JournalFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * The journal left by an ended process.
   *
   * @param folder its journal
   * @param node the node name under which it drew money
   * @param incarnation identifies the process
   * @param whole whether everything it wrote is there; false after a crash of the machine, unless
   *     the process had stopped cleanly and forced its files to the disk
   */
  public record Left(Path folder, String node, String incarnation, boolean whole) {}

  /** Locks the folder for this process. */
  public static JournalFolder open(Path folder) throws LedgerException {
    try {
      Files.createDirectories(folder);
      var lock = folder.resolve("lock");
      var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new LedgerException(
            Kind.IN_USE,
            "ledger journal: "
                + folder.toAbsolutePath()
                + ": another gateway ("
                + Files.readString(lock)
                + ") has it: end that one, or let both share a PostgreSQL database, [ledger] url ="
                + " \"jdbc:postgresql://host/db\", each with a [ledger] node of its own");
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              ("process " + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
      return new JournalFolder(folder, channel);
    } catch (IOException e) {
      throw new LedgerException(
          Kind.READ_ONLY,
          "ledger journal: "
              + folder.toAbsolutePath()
              + ": cannot be written: give the gateway's user the right to, or make room",
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

  /** Starts a journal. */
  public Journal start(String node, String incarnation, long maxBytes) throws IOException {
    var own = folder.resolve(incarnation);
    Files.createDirectories(own);
    Files.writeString(own.resolve(ABOUT), node + "\n" + start());
    int segment = Math.clamp(maxBytes / 8, 1 << 16, 1 << 20);
    var access = JournalSegment.Access.of(own);
    return new Journal(
        own,
        segment,
        maxBytes,
        (journal, number, bytes) -> JournalSegment.create(journal, number, bytes, access));
  }

  /**
   * The journals left by other processes.
   *
   * @param node the node name to assume for a process that died before it could write its own
   */
  public List<Left> left(String exceptIncarnation, String node) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      var folders =
          all.filter(Files::isDirectory)
              .filter(f -> !f.endsWith(exceptIncarnation))
              .sorted()
              .toList();
      var left = new ArrayList<Left>();
      for (var each : folders) {
        if (isMade(each)) {
          left.add(left(each, node));
        } else {
          delete(each);
        }
      }
      return left;
    }
  }

  /** Whether its creation got far enough that it may contain an entry. */
  private static boolean isMade(Path journal) throws IOException {
    try (Stream<Path> files = Files.list(journal)) {
      return files.anyMatch(file -> file.toString().endsWith(".journal"));
    }
  }

  private static Left left(Path journal, String node) throws IOException {
    var about = journal.resolve(ABOUT);
    var lines = Files.exists(about) ? Files.readAllLines(about) : List.<String>of();
    boolean sameStart = lines.size() == 2 && isStart(lines.get(1)) && lines.get(1).equals(start());
    return new Left(
        journal,
        lines.isEmpty() ? node : lines.getFirst(),
        String.valueOf(journal.getFileName()),
        sameStart || Files.exists(journal.resolve(WHOLE)));
  }

  /** Marks a journal whose files have been forced to the disk; forces the mark too. */
  static void markWhole(Path journal) throws IOException {
    try (var mark =
        FileChannel.open(
            journal.resolve(WHOLE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      mark.force(true);
    }
    try (var folder = FileChannel.open(journal, StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException _) {
      // Windows cannot open folders, and writes their entries without being asked.
    }
  }

  private static boolean isStart(String text) {
    return !text.isEmpty() && !text.equals(UNKNOWN);
  }

  /** Identifies the machine's boot: unwritten pages survive in its memory since then. */
  private static String start() throws IOException {
    if (Files.isReadable(BOOT_ID)) {
      return Files.readString(BOOT_ID).strip();
    }
    return ProcessHandle.of(1)
        .flatMap(first -> first.info().startInstant())
        .map(Instant::toString)
        .orElse(UNKNOWN);
  }

  /** Removes a journal. */
  public static void delete(Path journal) throws IOException {
    try (Stream<Path> files = Files.list(journal)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(journal);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
