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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a gateway's journals: one folder within it for each process that has not yet been
 * answered for. The operating system's lock keeps it to one process at a time, so whoever has it
 * knows that the others have ended.
 */
public final class JournalFolder implements AutoCloseable {

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String ABOUT = "about";

  private final Path folder;
  private final FileChannel lock;

  private JournalFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * What a process has left.
   *
   * @param folder its journal
   * @param node the name under which it drew
   * @param incarnation the process
   * @param whole whether all that it wrote is there: not so after the machine went down
   */
  public record Left(Path folder, String node, String incarnation, boolean whole) {}

  /** Takes the folder. */
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
    Files.writeString(own.resolve(ABOUT), node + "\n" + bootId());
    int segment = Math.clamp(maxBytes / 8, 1 << 16, 1 << 22);
    return new Journal(own, segment, maxBytes);
  }

  /**
   * What other processes have left.
   *
   * @param node whose they are where one of them died, or the machine did, before it could say so
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
        var about = each.resolve(ABOUT);
        if (!Files.exists(about)) {
          delete(each);
          continue;
        }
        var lines = Files.readAllLines(about);
        boolean whole = lines.size() == 2 && lines.get(1).equals(bootId());
        var name = lines.isEmpty() ? node : lines.getFirst();
        left.add(new Left(each, name, String.valueOf(each.getFileName()), whole));
      }
      return left;
    }
  }

  /** Names the time since the machine started; the same name always where nothing tells. */
  private static String bootId() throws IOException {
    return Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "unknown";
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
