package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.ServiceLoader;

/** What one database does in its own way. Stateless. */
sealed interface Dialect permits Sqlite, Postgres {

  /** What a connection is for. */
  enum Use {
    /** A gateway's draws and posts, which others wait for. */
    DRAW,
    /** Changes of many records at once. */
    CHANGE,
    /** Reports. */
    REPORT
  }

  /** The dialect of an address; the factory has checked that there is one. */
  static Dialect of(String url) {
    return url.startsWith(Sqlite.PREFIX) ? new Sqlite() : new Postgres();
  }

  /** Opens a connection. */
  Connection connect(LedgerSettings settings, Use use) throws SQLException, LedgerException;

  /** What an operator should know of an address that works; empty if nothing. */
  String remark(LedgerSettings settings);

  /** The statements on balances and grants. */
  Balances balances();

  /** Whether a statement that does all of a call's work is sent and committed on its own. */
  boolean commitsStatements();

  /** The milliseconds of the epoch by the database's clock, as an expression. */
  String nowMillis();

  /** What makes a column of texts sort by their characters' codes. */
  String binaryOrder();

  /** What makes a table be kept in the order of its primary key, where there is such a thing. */
  String keptInOrder();

  /** A query for whether the table of the schema's versions is there. */
  String schemaExists();

  /** Keeps two processes from migrating at the same time, until the transaction ends. */
  void lockSchema(Connection connection) throws SQLException;

  /** Keeps records from being entered by others, until the transaction ends. */
  void lockRecords(Connection connection) throws SQLException;

  /** Keeps other sessions from beginning cycles until the transaction ends. */
  void lockCycles(Connection connection) throws SQLException;

  /** Keeps two changes of settings apart, until the transaction ends. */
  void lockSettings(Connection connection) throws SQLException;

  /** Says whether commits from now on must survive the machine's death. */
  void forceCommits(Connection connection, boolean force) throws SQLException;

  /** Writes a consistent copy. */
  void backup(LedgerSettings settings, Path file) throws SQLException, LedgerException;

  /** What a failure means. */
  Kind kind(SQLException e);

  /** Whether the transaction lost to another one and may succeed if it is run again. */
  boolean lostToAnother(SQLException e);

  /** What an operator is to do. */
  String remedy(Kind kind, SQLException e, LedgerSettings settings);

  /** A connection from the driver that the service loader finds. */
  static Connection connect(String url, Properties properties)
      throws SQLException, LedgerException {
    for (var driver : ServiceLoader.load(Driver.class, Dialect.class.getClassLoader())) {
      if (driver.acceptsURL(url)) {
        var connection = driver.connect(url, properties);
        if (connection != null) {
          return connection;
        }
      }
    }
    throw new LedgerException(
        Kind.ADDRESS,
        "ledger: no driver for such an address: put the driver's jar beside nexus-ledger-jdbc");
  }
}
