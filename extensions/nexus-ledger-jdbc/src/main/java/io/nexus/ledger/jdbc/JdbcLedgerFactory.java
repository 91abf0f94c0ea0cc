package io.nexus.ledger.jdbc;

import io.nexus.control.spi.Ledger;
import io.nexus.control.spi.LedgerException;
import io.nexus.control.spi.LedgerFactory;
import io.nexus.control.spi.LedgerReports;
import io.nexus.control.spi.LedgerSettings;

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
