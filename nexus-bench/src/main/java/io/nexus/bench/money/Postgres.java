package io.nexus.bench.money;

import io.nexus.bench.load.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A private PostgreSQL server from Debian's package, on its own port. */
final class Postgres implements AutoCloseable {

  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

  private final Process process;
  private final int port;
  private final Workspace workspace;

  private Postgres(Process process, int port, Workspace workspace) {
    this.process = process;
    this.port = port;
    this.workspace = workspace;
  }

  /** The folder of its programs; empty if it is not installed. */
  static Optional<Path> find() throws IOException {
    if (!Files.isDirectory(INSTALLED)) {
      return Optional.empty();
    }
    try (var versions = Files.list(INSTALLED)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.naturalOrder());
    }
  }

  /** Starts one with an empty database {@code postgres}, whose user {@code postgres} is trusted. */
  static Postgres start(Path bin) throws IOException, InterruptedException {
    var workspace = Workspace.create("nexus-money-postgres");
    var data = workspace.folder().resolve("data");
    if (IS_ROOT) {
      run(List.of("chown", "postgres:", workspace.folder().toString()));
    }
    run(
        asPostgres(
            bin.resolve("initdb").toString(),
            "--pgdata=" + data,
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync"));
    int port = Workspace.freePort();
    var process =
        new ProcessBuilder(
                asPostgres(
                    bin.resolve("postgres").toString(),
                    "-D",
                    data.toString(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories="))
            .redirectErrorStream(true)
            .redirectOutput(workspace.folder().resolve("log").toFile())
            .start();
    var postgres = new Postgres(process, port, workspace);
    postgres.awaitReady(bin);
    return postgres;
  }

  private void awaitReady(Path bin) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    var asking =
        new ProcessBuilder(bin.resolve("pg_isready").toString(), "-h", "127.0.0.1", "-p", "" + port)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    while (asking.start().waitFor() != 0) {
      if (!process.isAlive() || System.nanoTime() > end) {
        close();
        throw new IOException("PostgreSQL did not start");
      }
      Thread.sleep(50);
    }
  }

  int port() {
    return port;
  }

  /** PostgreSQL refuses to run as root. */
  private static List<String> asPostgres(String... command) {
    var whole = new ArrayList<String>();
    if (IS_ROOT) {
      whole.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    whole.addAll(List.of(command));
    return whole;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + exit);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        var _ = process.waitFor(10, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    workspace.close();
  }
}
