package io.nexus.bench.load;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ThreadLocalRandom;

/** A temporary folder, gone at close. */
public record Workspace(Path folder) implements AutoCloseable {

  private static final int FIRST = 10_000;
  private static final int END = 32_768;
  private static final int TRIES = 100;

  /**
   * Makes one.
   *
   * @throws IOException if that fails
   */
  public static Workspace create(String prefix) throws IOException {
    return new Workspace(Files.createTempDirectory(prefix));
  }

  /**
   * A port that was free a moment ago, below those that Linux gives to connections, so that none
   * gets it before the program that is told to listen there.
   *
   * @throws IOException if none was found
   */
  public static int freePort() throws IOException {
    for (int i = 0; i < TRIES; i++) {
      try (var socket = new ServerSocket(ThreadLocalRandom.current().nextInt(FIRST, END))) {
        return socket.getLocalPort();
      } catch (BindException _) {
        // The next one.
      }
    }
    throw new IOException("no free port from " + FIRST + " to " + END + " in " + TRIES + " tries");
  }

  @Override
  public void close() throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
