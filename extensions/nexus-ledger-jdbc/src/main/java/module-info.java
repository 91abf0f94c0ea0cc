/**
 * The durable ledger of Nexus: on SQLite for one gateway, on PostgreSQL for any number.
 *
 * <p>Both databases run the same statements; {@code Dialect} holds what differs.
 */
@org.jspecify.annotations.NullMarked
module io.nexus.ledger.jdbc {
  requires static org.jspecify;
  requires io.nexus.control;
  requires static org.xerial.sqlitejdbc;
  requires java.sql;

  uses java.sql.Driver;

  provides io.nexus.control.spi.NexusExtension with
      io.nexus.ledger.jdbc.JdbcLedgerFactory;
}
