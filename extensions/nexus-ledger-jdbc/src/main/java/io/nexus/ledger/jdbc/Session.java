package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerSettings;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection, opened on demand and reopened after a failure, on which transactions run one
 * after another.
 *
 * <p>Between transactions auto-commit is on, and switching it on commits: SQLite's driver would
 * begin the next transaction at a plain commit, and so keep the file locked.
 *
 * <p>Safe for any number of threads; each waits for the one before.
 */
final class Session implements AutoCloseable {

  /** Retries after a deadlock or a lost race, when the winner has finished. */
  private static final int TRIES = 5;

  /**
   * Failures that a new connection may not have: a primary may have become a standby, a file may
   * have been replaced.
   */
  private static final Set<LedgerException.Kind> OTHER_DATABASE =
      EnumSet.of(LedgerException.Kind.CORRUPT, LedgerException.Kind.READ_ONLY);

  private final Dialect dialect;
  private final LedgerSettings settings;
  private final Dialect.Use use;
  private final Preparation preparation;
  private @Nullable Connection connection;
  private boolean forcing = true;

  Session(LedgerSettings settings, Dialect.Use use) {
    this(settings, use, _ -> {});
  }

  /**
   * Not connected yet.
   *
   * @param preparation prepares each connection before its use, outside of transactions
   */
  Session(LedgerSettings settings, Dialect.Use use, Preparation preparation) {
    this.dialect = Dialect.of(settings.url());
    this.settings = settings;
    this.use = use;
    this.preparation = preparation;
  }

  /** What a new connection needs. */
  @FunctionalInterface
  interface Preparation {
    void of(Connection connection) throws SQLException, LedgerException;
  }

  /** Work within a transaction. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException, LedgerException;
  }

  Dialect dialect() {
    return dialect;
  }

  /** Runs it in a transaction whose commit survives a crash of the machine. */
  <T> T durably(String doing, Work<T> work) throws LedgerException {
    return run(doing, true, true, work);
  }

  /** Runs it in a transaction whose commit survives a crash of this process. */
  <T> T lightly(String doing, Work<T> work) throws LedgerException {
    return run(doing, true, false, work);
  }

  /**
   * Runs work that is one statement where the database {@linkplain Dialect#commitsStatements()
   * commits} each by itself, which saves the round trips of a transaction; elsewhere in one.
   *
   * @param force whether its commit must survive a crash of the machine
   */
  <T> T alone(String doing, boolean force, Work<T> work) throws LedgerException {
    return run(doing, !dialect.commitsStatements(), force, work);
  }

  /** Runs it outside of transactions, if there is a connection. */
  synchronized void outside(String doing, Preparation work) throws LedgerException {
    try {
      if (connection != null) {
        work.of(connection);
      }
    } catch (SQLException e) {
      throw failure(doing, e);
    }
  }

  private synchronized <T> T run(String doing, boolean transaction, boolean force, Work<T> work)
      throws LedgerException {
    for (int left = TRIES - 1; ; left--) {
      try {
        return once(transaction, force, work);
      } catch (SQLException e) {
        if (left == 0 || !dialect.lostToAnother(e)) {
          throw failure(doing, e);
        }
      }
    }
  }

  private <T> T once(boolean transaction, boolean force, Work<T> work)
      throws SQLException, LedgerException {
    var c = connected();
    boolean done = false;
    try {
      if (force != forcing) {
        dialect.forceCommits(c, force);
        forcing = force;
      }
      c.setAutoCommit(!transaction);
      var result = work.on(c);
      c.setAutoCommit(true);
      done = true;
      return result;
    } finally {
      if (!done) {
        undo(c);
      }
    }
  }

  /** Rolls back; a connection that cannot is closed. */
  private void undo(Connection c) {
    try {
      if (!c.getAutoCommit()) {
        c.rollback();
        c.setAutoCommit(true);
      }
      if (use == Dialect.Use.REPORT || c.isValid(1)) {
        return;
      }
    } catch (SQLException _) {
      // The failure that led here is the one to report.
    }
    drop();
  }

  private void drop() {
    var c = connection;
    connection = null;
    forcing = true;
    try {
      if (c != null) {
        c.close();
      }
    } catch (SQLException _) {
      // The connection is abandoned anyway.
    }
  }

  private Connection connected() throws SQLException, LedgerException {
    var c = connection;
    if (c == null) {
      c = dialect.connect(settings, use);
      connection = c;
      prepare(c);
    }
    return c;
  }

  private void prepare(Connection c) throws SQLException, LedgerException {
    boolean ready = false;
    try {
      if (use != Dialect.Use.REPORT) {
        c.setAutoCommit(false);
        Schema.migrate(c, dialect);
        c.setAutoCommit(true);
        preparation.of(c);
      } else {
        var _ = Schema.version(c);
      }
      ready = true;
    } finally {
      if (!ready) {
        drop();
      }
    }
  }

  synchronized LedgerException failure(String doing, SQLException e) {
    var kind = dialect.kind(e);
    if (OTHER_DATABASE.contains(kind)) {
      drop();
    }
    return new LedgerException(
        kind,
        "ledger: "
            + doing
            + ": "
            + settings.shownUrl()
            + ": "
            + dialect.remedy(kind, e, settings)
            + " ("
            + shown(e)
            + ")",
        e);
  }

  /**
   * Removes passwords, which an address in a message may contain. After a failed batch, the first
   * exception repeats the statement, and the next one has the reason.
   */
  private String shown(SQLException e) {
    var reason = e instanceof BatchUpdateException ? e.getNextException() : null;
    var message =
        String.valueOf((reason == null ? e : reason).getMessage())
            .replace(settings.url(), settings.shownUrl());
    return settings.password().isEmpty() ? message : message.replace(settings.password(), "***");
  }

  @Override
  public synchronized void close() {
    drop();
  }
}
