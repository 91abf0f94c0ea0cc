package io.nexus.ledger.jdbc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that finds out whether another one has locked a file. */
final class LockProbe {

  static final int FREE = 3;
  static final int LOCKED = 4;

  private LockProbe() {}

  /** Asks in a process of its own. */
  static int in(Path file) throws IOException, InterruptedException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            Path.of("target/test-classes").toAbsolutePath().toString(),
            LockProbe.class.getName(),
            file.toString())
        .inheritIO()
        .start()
        .waitFor();
  }

  public static void main(String[] args) throws IOException {
    try (var channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
        var lock = channel.tryLock()) {
      System.exit(lock == null ? LOCKED : FREE);
    }
  }
}
