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

/** The differences of one database, for one session. */
sealed interface Dialect permits Sqlite, Postgres {

  /** The use of a connection. */
  enum Use {
    /** A gateway's draws and posts, which others wait for. */
    DRAW,
    /** Changes of many records at once. */
    CHANGE,
    /** Reports. */
    REPORT
  }

  /** The dialect of an address, which the factory has checked. */
  static Dialect of(String url) {
    return url.startsWith(Sqlite.PREFIX) ? new Sqlite() : new Postgres();
  }

  /** Opens a connection. */
  Connection connect(LedgerSettings settings, Use use) throws SQLException, LedgerException;

  /** A remark for the operator about a valid address; empty if none. */
  String remark(LedgerSettings settings);

  /** Whether several gateways may use a database at the same time. */
  boolean isShared();

  /** The statements on balances and grants. */
  Balances balances();

  /** Whether a statement that does all of a call's work is committed on its own. */
  boolean commitsStatements();

  /** The milliseconds of the epoch by the database's clock, as an expression. */
  String nowMillis();

  /** The clause for sorting texts by code points. */
  String binaryOrder();

  /** The clause for storing a table in the order of its primary key, if supported. */
  String keptInOrder();

  /** A query whether the table of schema versions exists. */
  String schemaExists();

  /** Locks migrations until the transaction ends. */
  void lockSchema(Connection connection) throws SQLException;

  /** Locks the entry of records by others until the transaction ends. */
  void lockRecords(Connection connection) throws SQLException;

  /** Locks the creation of cycles by others until the transaction ends. */
  void lockCycles(Connection connection) throws SQLException;

  /** Locks changes of settings until the transaction ends. */
  void lockSettings(Connection connection) throws SQLException;

  /** Sets whether commits must survive a crash of the machine. */
  void forceCommits(Connection connection, boolean force) throws SQLException;

  /** Writes a consistent copy. */
  void backup(LedgerSettings settings, Path file) throws SQLException, LedgerException;

  /** The kind of a failure. */
  Kind kind(SQLException e);

  /** Whether the transaction lost against another one and may succeed when repeated. */
  boolean lostToAnother(SQLException e);

  /** The remedy for the operator. */
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
