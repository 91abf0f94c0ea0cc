package io.nexus.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The write lock of a SQLite file, held by another process as by a shell or a backup. */
final class SqliteLock implements AutoCloseable {

  private static final String PROGRAM =
      """
      import sqlite3, sys
      file = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
      file.execute("BEGIN IMMEDIATE")
      print("locked", flush=True)
      sys.stdin.read()
      file.rollback()
      """;

  private final Process process;

  private SqliteLock(Process process) {
    this.process = process;
  }

  /** Waits for it. */
  static SqliteLock take(Path file) throws IOException {
    var process =
        new ProcessBuilder("python3", "-c", PROGRAM, file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var said = new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine();
    if (!"locked".equals(said)) {
      throw new IOException(file + " cannot be locked");
    }
    return new SqliteLock(process);
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }
}
