package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A ledger that gateways share.
 *
 * <p>Commits are durable, posts too: a gateway may outlive its database, so the database must keep
 * after a restart what it has confirmed.
 */
record Postgres() implements Dialect {

  static final String PREFIX = "jdbc:postgresql:";

  private static final String LOCKED = "55P03";

  /** Numbers of advisory locks, unlikely to be used by others. */
  private static final long SCHEMA_LOCK = 0x6e65787573L;

  private static final long CYCLE_LOCK = SCHEMA_LOCK + 1;

  @Override
  public Connection connect(LedgerSettings settings, Use use) throws SQLException, LedgerException {
    var address = PostgresAddress.of(settings, use);
    var connection = Dialect.connect(address.url(), address.properties());
    boolean ready = false;
    try {
      PostgresSettings.apply(connection, use, settings);
      ready = true;
      return connection;
    } finally {
      if (!ready) {
        connection.close();
      }
    }
  }

  @Override
  public String remark(LedgerSettings settings) {
    var overruled = PostgresAddress.of(settings, Use.DRAW).overruled();
    return overruled.isEmpty()
        ? ""
        : "[ledger] url: the gateway sets these options itself: "
            + String.join(", ", overruled)
            + ": take them out of the address";
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public Balances balances() {
    return new PostgresBalances();
  }

  @Override
  public boolean commitsStatements() {
    return true;
  }

  @Override
  public String nowMillis() {
    return "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";
  }

  @Override
  public String binaryOrder() {
    return "COLLATE \"C\"";
  }

  @Override
  public String keptInOrder() {
    return "";
  }

  @Override
  public String schemaExists() {
    return "SELECT to_regclass('nexus_schema') IS NOT NULL";
  }

  @Override
  public void lockSchema(Connection connection) throws SQLException {
    lock(connection, SCHEMA_LOCK);
  }

  @Override
  public void lockCycles(Connection connection) throws SQLException {
    lock(connection, CYCLE_LOCK);
  }

  private static void lock(Connection connection, long number) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      statement.setLong(1, number);
      statement.execute();
    }
  }

  @Override
  public void lockRecords(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("LOCK TABLE nexus_spend IN SHARE ROW EXCLUSIVE MODE");
    }
  }

  @Override
  public void lockSettings(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("LOCK TABLE nexus_change IN EXCLUSIVE MODE");
    }
  }

  @Override
  public void forceCommits(Connection connection, boolean force) {}

  @Override
  public void backup(LedgerSettings settings, Path file) throws LedgerException {
    throw new LedgerException(
        Kind.ADDRESS,
        "ledger backup: "
            + settings.shownUrl()
            + ": PostgreSQL has its own tool, which copies a running database: pg_dump"
            + " --format=custom --table='nexus_*' --file="
            + file
            + " DATABASE");
  }

  @Override
  public Kind kind(SQLException e) {
    var state = e.getSQLState();
    if (state == null) {
      return Kind.FAILED;
    }
    return switch (state) {
      case LOCKED, "57014", "25P03", "25P04", "57P01", "57P02", "57P03", "57P05", "53300" ->
          Kind.UNREACHABLE;
      case "42501", "3D000" -> Kind.DENIED;
      case "53100" -> Kind.FULL;
      case "25006" -> Kind.READ_ONLY;
      default ->
          state.startsWith("08")
              ? Kind.UNREACHABLE
              : state.startsWith("28")
                  ? Kind.DENIED
                  : state.startsWith("XX") ? Kind.CORRUPT : Kind.FAILED;
    };
  }

  @Override
  public boolean lostToAnother(SQLException e) {
    var state = e.getSQLState();
    return state != null && (state.startsWith("40") || state.equals("23505"));
  }

  @Override
  public String remedy(Kind kind, SQLException e, LedgerSettings settings) {
    return switch (kind) {
      case UNREACHABLE -> unreachable(e, settings);
      case DENIED ->
          "the database refuses the user, the password or the database's name: check"
              + " [ledger] url and the variable that password_env names";
      case READ_ONLY -> PostgresSettings.STANDBY;
      case CORRUPT -> "the database reports an internal error: see its log";
      case FULL -> "the database's disk is full: make room";
      default -> "see the cause";
    };
  }

  private static String unreachable(SQLException e, LedgerSettings settings) {
    if (LOCKED.equals(e.getSQLState())) {
      return "another session keeps the ledger's rows locked: look for it in pg_stat_activity, and"
          + " end it with pg_terminate_backend unless it ends by itself";
    }
    if (PostgresAddress.of(settings, Use.DRAW).hosts() > 1) {
      return "no primary can be reached at its hosts: check that one of them runs as the primary,"
          + " and that hosts and ports are right";
    }
    return "the database cannot be reached: check that it runs and that host and port are right";
  }
}
