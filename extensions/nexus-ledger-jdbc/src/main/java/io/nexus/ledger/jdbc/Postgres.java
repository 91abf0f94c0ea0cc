package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A ledger that gateways share.
 *
 * <p>Commits are forced, posts too: a gateway outlives its database, so what the database has
 * confirmed it must still know after a restart.
 */
record Postgres() implements Dialect {

  static final String PREFIX = "jdbc:postgresql:";

  /** Any number that nobody else is likely to lock. */
  private static final long SCHEMA_LOCK = 0x6e65787573L;

  @Override
  public Connection connect(LedgerSettings settings, Use use) throws SQLException, LedgerException {
    var properties = new Properties();
    if (!settings.password().isEmpty()) {
      properties.setProperty("password", settings.password());
    }
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "5");
    // A cut network must not hold the ledger's thread for as long as TCP would.
    properties.setProperty("socketTimeout", use == Use.WRITE ? "10" : "300");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "nexus");
    // Messages would quote whole records, names of users among them.
    properties.setProperty("logServerErrorDetail", "false");
    var connection = Dialect.connect(settings.url(), properties);
    connection.setTransactionIsolation(
        use == Use.WRITE
            ? Connection.TRANSACTION_READ_COMMITTED
            : Connection.TRANSACTION_REPEATABLE_READ);
    connection.setReadOnly(use == Use.READ);
    return connection;
  }

  @Override
  public String nowMillis() {
    return "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";
  }

  @Override
  public String larger() {
    return "greatest";
  }

  @Override
  public String smaller() {
    return "least";
  }

  @Override
  public String binaryOrder() {
    return "COLLATE \"C\"";
  }

  @Override
  public void lockSchema(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      statement.setLong(1, SCHEMA_LOCK);
      statement.execute();
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
      case "57P01", "57P02", "57P03", "53300" -> Kind.UNREACHABLE;
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
  public String remedy(Kind kind) {
    return switch (kind) {
      case UNREACHABLE ->
          "the database cannot be reached: check that it runs and that host and"
              + " port are right";
      case DENIED ->
          "the database refuses the user, the password or the database's name: check"
              + " [ledger] url and the variable that password_env names";
      case READ_ONLY -> "the database is read-only, perhaps a standby: name the primary";
      case CORRUPT -> "the database reports an internal error: see its log";
      case FULL -> "the database's disk is full: make room";
      default -> "see the cause";
    };
  }
}
