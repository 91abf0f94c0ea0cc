package io.nexus.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file system of a few megabytes, in memory, that a test can fill and empty. Only root may mount
 * one: another user needs {@code sudo} without a password.
 */
final class SmallDisk implements AutoCloseable {

  private static final int BLOCK = 4096;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Mounts one on a folder, which is made. */
  static SmallDisk mount(Path folder, int mebibytes) throws IOException {
    Files.createDirectories(folder);
    var options = "size=" + mebibytes + "m,mode=0777";
    asRoot("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString());
    return new SmallDisk(folder);
  }

  private static void asRoot(String... command) throws IOException {
    var whole = new ArrayList<String>();
    if (!"root".equals(System.getProperty("user.name"))) {
      whole.addAll(List.of("sudo", "-n"));
    }
    whole.addAll(List.of(command));
    var process = new ProcessBuilder(whole).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(String.join(" ", whole) + ": " + said);
    }
  }

  /** Takes all room that is left. */
  void fill() throws IOException {
    try (var out =
        Files.newByteChannel(ballast(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      var block = ByteBuffer.allocate(BLOCK);
      while (true) {
        out.write(block.clear());
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** Gives it back. */
  void free() throws IOException {
    Files.deleteIfExists(ballast());
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  @Override
  public void close() throws IOException {
    asRoot("umount", "--lazy", folder.toString());
  }
}
