package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A ledger in one file.
 *
 * <p>Draws are forced to the disk, posts are not: in a crash of the machine, unforced posts are
 * lost together with the process, and its grant is restored.
 */
record Sqlite(Balances balances) implements Dialect {

  static final String PREFIX = "jdbc:sqlite:";

  static final String NOW_MILLIS = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int READ_ONLY = 8;
  private static final int CORRUPT = 11;
  private static final int FULL = 13;
  private static final int CANNOT_OPEN = 14;
  private static final int NOT_A_DATABASE = 26;

  /** For one session. */
  Sqlite() {
    this(new SqliteBalances(new KeptStatements()));
  }

  /** The file of an address. */
  static Path file(LedgerSettings settings) {
    var url = settings.url();
    int query = url.indexOf('?');
    return Path.of(url.substring(PREFIX.length(), query < 0 ? url.length() : query));
  }

  /**
   * Options that the ledger sets itself; they are removed from the address, where they would take
   * precedence.
   */
  private static final Set<String> OURS =
      Set.of(
          "journal_mode",
          "synchronous",
          "busy_timeout",
          "transaction_mode",
          "locking_mode",
          "read_uncommitted");

  /** Draws fail soon on a locked file, because requests wait for them. */
  private static final int DRAW_MILLIS = 1000;

  private static final int OTHER_MILLIS = 10_000;

  private static final int AGAIN_MILLIS = 5;

  @Override
  public Connection connect(LedgerSettings settings, Use use) throws SQLException, LedgerException {
    SqliteLibrary.unpack();
    var file = file(settings);
    var url = PREFIX + file + options(settings, name -> !OURS.contains(name));
    var properties = new Properties();
    int patience = use == Use.DRAW ? DRAW_MILLIS : OTHER_MILLIS;
    properties.setProperty("busy_timeout", String.valueOf(patience));
    if (use != Use.DRAW) {
      SqliteLog.checkBeside(file);
    }
    if (use == Use.REPORT) {
      if (!Files.exists(file)) {
        throw new LedgerException(
            Kind.UNREACHABLE,
            "ledger: "
                + file.toAbsolutePath()
                + ": there is no such file: check [ledger] url, or start a gateway, which makes"
                + " it");
      }
      properties.setProperty("open_mode", "1");
      return connect(url, properties, patience);
    }
    makeDirectory(file);
    properties.setProperty("transaction_mode", "IMMEDIATE");
    properties.setProperty("journal_mode", "WAL");
    properties.setProperty("synchronous", "FULL");
    // Nobody asks for them, and reading them is a statement after each insertion.
    properties.setProperty("jdbc.get_generated_keys", "false");
    var connection = connect(url, properties, patience);
    try (var statement = connection.createStatement()) {
      // The holder of the gateway's lock makes checkpoints, or the last one to close.
      statement.execute("PRAGMA wal_autocheckpoint = 0");
    }
    return connection;
  }

  /**
   * Retries while another process switches a new file to write-ahead logging: SQLite then reports a
   * possible deadlock at once, regardless of its timeout.
   */
  private static Connection connect(String url, Properties properties, int patienceMillis)
      throws SQLException, LedgerException {
    long end = System.nanoTime() + patienceMillis * 1_000_000L;
    while (true) {
      try {
        return Dialect.connect(url, properties);
      } catch (SQLException e) {
        if (e.getErrorCode() != BUSY || System.nanoTime() - end >= 0) {
          throw e;
        }
        LockSupport.parkNanos(AGAIN_MILLIS * 1_000_000L);
      }
    }
  }

  private static String options(LedgerSettings settings, Predicate<String> names) {
    var url = settings.url();
    int query = url.indexOf('?');
    if (query < 0) {
      return "";
    }
    var kept =
        Arrays.stream(url.substring(query + 1).split("&", -1))
            .filter(option -> names.test(option.split("=", 2)[0]))
            .collect(Collectors.joining("&"));
    return kept.isEmpty() ? "" : "?" + kept;
  }

  private static void makeDirectory(Path file) throws LedgerException {
    try {
      var parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
    } catch (IOException e) {
      throw new LedgerException(
          Kind.READ_ONLY,
          "ledger: "
              + file.toAbsolutePath()
              + ": its directory cannot be made: give the gateway"
              + " the right to write there, or change [ledger] url",
          e);
    }
  }

  @Override
  public String nowMillis() {
    return NOW_MILLIS;
  }

  @Override
  public String binaryOrder() {
    return "";
  }

  @Override
  public String keptInOrder() {
    return "WITHOUT ROWID";
  }

  @Override
  public String schemaExists() {
    return "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'nexus_schema')";
  }

  @Override
  public String remark(LedgerSettings settings) {
    var overruled = options(settings, OURS::contains);
    return overruled.isEmpty()
        ? ""
        : "[ledger] url: the gateway sets these options itself: "
            + overruled.substring(1)
            + ": take them out of the address";
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public boolean commitsStatements() {
    return false;
  }

  /** A writing transaction has an exclusive lock on the file. */
  @Override
  public void lockSchema(Connection connection) {}

  /** As for the schema. */
  @Override
  public void lockRecords(Connection connection) {}

  /** As for the schema. */
  @Override
  public void lockCycles(Connection connection) {}

  /** As for the schema. */
  @Override
  public void lockSettings(Connection connection) {}

  @Override
  public void forceCommits(Connection connection, boolean force) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous = " + (force ? "FULL" : "NORMAL"));
    }
  }

  @Override
  public void backup(LedgerSettings settings, Path file) throws SQLException, LedgerException {
    if (Files.exists(file)) {
      throw new LedgerException(
          Kind.FAILED, "ledger backup: " + file + ": the file exists: name another one");
    }
    try (var connection = connect(settings, Use.REPORT)) {
      try (var statement = connection.prepareStatement("VACUUM INTO ?")) {
        statement.setString(1, file.toString());
        statement.execute();
      }
    }
  }

  @Override
  public Kind kind(SQLException e) {
    return switch (e.getErrorCode()) {
      case BUSY, LOCKED, CANNOT_OPEN -> Kind.UNREACHABLE;
      case READ_ONLY -> Kind.READ_ONLY;
      case CORRUPT, NOT_A_DATABASE -> Kind.CORRUPT;
      case FULL -> Kind.FULL;
      default -> Kind.FAILED;
    };
  }

  @Override
  public boolean lostToAnother(SQLException e) {
    return false;
  }

  @Override
  public String remedy(Kind kind, SQLException e, LedgerSettings settings) {
    return switch (kind) {
      case UNREACHABLE ->
          "the file cannot be opened or another program keeps it locked: end that"
              + " program, or check the directory's rights";
      case READ_ONLY ->
          "the file cannot be written: give the gateway's user the right to write it"
              + " and its directory";
      case CORRUPT ->
          "the file is damaged or is no ledger: restore a backup made by 'nexus ledger"
              + " backup', or move the file away to start with an empty one";
      case FULL -> "the disk is full: make room";
      default -> "see the cause";
    };
  }
}
