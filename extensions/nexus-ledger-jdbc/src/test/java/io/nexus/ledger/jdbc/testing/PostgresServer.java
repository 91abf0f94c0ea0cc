package io.nexus.ledger.jdbc.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nexus.control.ledger.LedgerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real PostgreSQL of the tests' own, from the distribution's package, on a port of its own. */
public final class PostgresServer implements AutoCloseable {

  /** The password of its only user, {@code postgres}. */
  public static final String PASSWORD = "correct horse";

  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
  private static final long PATIENCE_SECONDS = 60;

  private final Path bin = newestBin();
  private final Path dir = Files.createTempDirectory("nexus-postgres");
  private final int port = FreePort.find();
  private Process process;
  private int schemas;

  /**
   * Starts one with empty tables.
   *
   * @throws Exception it is not installed, or does not start
   */
  public PostgresServer() throws Exception {
    var password = Files.writeString(dir.resolve("password"), PASSWORD);
    if (isRoot()) {
      run("chown", "-R", "postgres:", dir.toString());
    }
    run(
        asPostgres(
            bin.resolve("initdb").toString(),
            "--pgdata=" + data(),
            "--username=postgres",
            "--pwfile=" + password,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync"));
    process = startProcess();
    awaitReady();
  }

  /** One that has started, for a field of all tests of a class: {@code @AutoClose}. */
  public static PostgresServer started() {
    try {
      return new PostgresServer();
    } catch (Exception e) {
      throw new IllegalStateException("PostgreSQL is not installed, or does not start", e);
    }
  }

  /** Starts a read-only standby of another server. */
  private PostgresServer(PostgresServer primary) throws Exception {
    if (isRoot()) {
      run("chown", "-R", "postgres:", dir.toString());
    }
    run(
        asPostgres(
            bin.resolve("pg_basebackup").toString(),
            "--pgdata=" + data(),
            "--dbname=host=127.0.0.1 port="
                + primary.port
                + " user=postgres password='"
                + PASSWORD
                + "'",
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync"));
    process = startProcess();
    awaitReady();
  }

  /**
   * A standby of this one.
   *
   * @throws Exception it does not start
   */
  public PostgresServer standby() throws Exception {
    return new PostgresServer(this);
  }

  /**
   * Makes a standby the primary.
   *
   * @throws SQLException it is none
   */
  public void promote() throws SQLException {
    execute("SELECT pg_promote()");
  }

  /** Its host and port, as in an address. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  /**
   * Runs a statement as the superuser, outside of any ledger's schema.
   *
   * @throws SQLException it fails
   */
  public void execute(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(url("public"), "postgres", PASSWORD);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Path newestBin() throws IOException {
    if (Files.isDirectory(INSTALLED)) {
      try (Stream<Path> versions = Files.list(INSTALLED)) {
        var bin =
            versions
                .map(version -> version.resolve("bin"))
                .filter(found -> Files.isExecutable(found.resolve("initdb")))
                .max(Comparator.naturalOrder());
        if (bin.isPresent()) {
          return bin.get();
        }
      }
    }
    throw new IllegalStateException(
        "PostgreSQL is not installed under " + INSTALLED + ": apt-get install postgresql");
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** PostgreSQL refuses to run as root. */
  private static List<String> asPostgres(String... command) {
    var whole = new ArrayList<String>();
    if (isRoot()) {
      whole.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    whole.addAll(List.of(command));
    return whole;
  }

  private static void run(String... command) throws Exception {
    run(List.of(command));
  }

  private static void run(List<String> command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + " failed: " + output);
    }
  }

  private Path data() {
    return dir.resolve("data");
  }

  private Process startProcess() throws IOException {
    return new ProcessBuilder(
            asPostgres(
                bin.resolve("postgres").toString(),
                "-D",
                data().toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "shared_buffers=32MB"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()))
        .start();
  }

  private void awaitReady() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try (var _ = DriverManager.getConnection(url("public"), "postgres", PASSWORD)) {
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(Files.readString(dir.resolve("log")), e);
        }
        if (!process.isAlive()) {
          // After a kill the old server's children must have gone before a new one can start.
          process = startProcess();
        }
        Thread.sleep(50);
      }
    }
  }

  private String url(String schema) {
    return "jdbc:postgresql://127.0.0.1:"
        + port
        + "/postgres?user=postgres&currentSchema="
        + schema;
  }

  /** A ledger of its own in the database. */
  public LedgerSettings newLedger() throws SQLException {
    var schema = "ledger" + ++schemas;
    execute("CREATE SCHEMA " + schema);
    return new LedgerSettings(url(schema), PASSWORD);
  }

  /** The same ledger, behind a line. */
  public LedgerSettings through(Line line, LedgerSettings settings) {
    var address = settings.url().replace("127.0.0.1:" + port, "127.0.0.1:" + line.port());
    return new LedgerSettings(address, settings.password());
  }

  /** A line to it. */
  public Line line() throws IOException {
    return new Line(port);
  }

  /** How many connections of clients it has, this question's own left out. */
  public int connections() throws SQLException {
    try (var connection = DriverManager.getConnection(url("public"), "postgres", PASSWORD);
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity"
                    + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  /** Kills it and the processes of its connections. */
  public void kill() throws Exception {
    // The process that is started as root is setpriv, which has become the server.
    var children = process.descendants().toList();
    process.destroyForcibly().waitFor();
    children.forEach(ProcessHandle::destroyForcibly);
    for (var child : children) {
      child.onExit().get();
    }
  }

  /** Starts it again. */
  public void restart() throws Exception {
    process = startProcess();
    awaitReady();
  }

  /** Ends it for good. */
  @Override
  public void close() {
    try {
      kill();
      run("rm", "-rf", dir.toString());
    } catch (Exception e) {
      throw new IllegalStateException("PostgreSQL does not stop", e);
    }
  }
}
