package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import java.sql.Connection;
import java.sql.SQLException;

/** A gateway's maintenance of its database's files, outside of transactions. */
interface Upkeep extends AutoCloseable {

  /** A connection is new. */
  void begin(Connection connection) throws SQLException, LedgerException;

  /** Something was written. */
  void tend(Connection connection) throws SQLException, LedgerException;

  /** The connection is about to be closed for good. */
  void end(Connection connection) throws SQLException, LedgerException;

  /** Releases the files. */
  @Override
  void close() throws LedgerException;

  /** No maintenance: another process does it. */
  Upkeep NONE =
      new Upkeep() {
        @Override
        public void begin(Connection connection) {}

        @Override
        public void tend(Connection connection) {}

        @Override
        public void end(Connection connection) {}

        @Override
        public void close() {}
      };
}
