package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.Moved;
import io.nexus.control.ledger.Restored;
import io.nexus.control.spi.LedgerFactory;
import java.nio.file.Path;
import java.time.Instant;

/** Opens ledgers on SQLite ({@code jdbc:sqlite:FILE}) and PostgreSQL ({@code jdbc:postgresql:}). */
public final class JdbcLedgerFactory implements LedgerFactory {

  /** Called by the service loader. */
  public JdbcLedgerFactory() {}

  @Override
  public String name() {
    return "jdbc";
  }

  @Override
  public boolean opens(String url) {
    return url.startsWith(Sqlite.PREFIX) || url.startsWith(Postgres.PREFIX);
  }

  @Override
  public Ledger open(LedgerSettings settings) throws LedgerException {
    return JdbcLedger.open(settings);
  }

  @Override
  public Restored restore(LedgerSettings settings, Path backup, Instant at) throws LedgerException {
    if (Dialect.of(settings.url()) instanceof Sqlite) {
      return new SqliteRestore(settings, backup).run(at);
    }
    throw new LedgerException(
        Kind.ADDRESS,
        "ledger restore: "
            + settings.shownUrl()
            + ": PostgreSQL has its own tool; with all gateways stopped: pg_restore --clean"
            + " --if-exists --dbname=DATABASE "
            + backup);
  }

  @Override
  public Moved move(LedgerSettings from, LedgerSettings to) throws LedgerException {
    return new Move(from, to).run();
  }

  @Override
  public LedgerReports books(LedgerSettings settings) throws LedgerException {
    var books = new JdbcReports(settings);
    try {
      books.check();
      return books;
    } catch (LedgerException e) {
      books.close();
      throw e;
    }
  }
}
