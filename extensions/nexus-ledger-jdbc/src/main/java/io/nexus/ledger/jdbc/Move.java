package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.Moved;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies a ledger into an empty one of whichever kind, in one transaction there. Drawn money is not
 * moved, because it belongs to processes; so there must be none.
 */
final class Move {

  /**
   * All tables except those of running gateways. Windows' counts are kept as what each gateway has
   * drawn, and count until the window ends; draws of what runs end with their gateway.
   */
  private static final List<String> TABLES =
      List.of(
          "nexus_balance",
          "nexus_spend",
          "nexus_sum",
          "nexus_pruned",
          "nexus_setting",
          "nexus_change",
          "nexus_answer",
          "nexus_pending",
          "nexus_count",
          "nexus_count_grant");

  private static final int BATCH = 500;

  private final LedgerSettings from;
  private final LedgerSettings to;

  Move(LedgerSettings from, LedgerSettings to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Copies it. The source is not changed.
   *
   * @throws LedgerException of kind {@code IN_USE} if a gateway runs on it, or has money drawn that
   *     it has not settled; with nothing changed at either
   */
  Moved run() throws LedgerException {
    if (Dialect.of(from.url()) instanceof Sqlite) {
      try (var _ = GatewayLock.on(Sqlite.file(from))) {
        return copied();
      }
    }
    return copied();
  }

  private Moved copied() throws LedgerException {
    // The source is not created if it does not exist.
    try (var books = new JdbcReports(from)) {
      books.check();
    }
    try (var source = new Session(from, Dialect.Use.CHANGE);
        var target = new Session(to, Dialect.Use.CHANGE)) {
      var rows =
          target.durably(
              "move",
              there ->
                  source.durably(
                      "move",
                      here -> {
                        checkSource(here);
                        checkTarget(there);
                        var copied = new HashMap<String, Long>();
                        for (var table : TABLES) {
                          copied.put(table, copy(here, there, table));
                        }
                        return copied;
                      }));
      return moved(rows);
    }
  }

  private Moved moved(Map<String, Long> rows) throws LedgerException {
    try (var books = new JdbcReports(to)) {
      return new Moved(
          rows.getOrDefault("nexus_spend", 0L),
          rows.getOrDefault("nexus_setting", 0L),
          books.verify());
    }
  }

  private void checkSource(Connection here) throws SQLException, LedgerException {
    var dialect = Dialect.of(from.url());
    // Whoever runs on a SQLite file has its lock, which is ours now.
    if (dialect.isShared() && new Nodes(here, dialect).alive() > 0) {
      throw new LedgerException(
          Kind.IN_USE,
          "ledger move: "
              + from.shownUrl()
              + ": gateways run on it: stop them cleanly; one that was killed counts as running until"
              + " its lease is over");
    }
    if (Nodes.number(here, "SELECT count(*) FROM nexus_grant WHERE amount > 0") > 0) {
      throw new LedgerException(
          Kind.IN_USE,
          "ledger move: "
              + from.shownUrl()
              + ": gateways have drawn money that they have not settled: stop them cleanly; start one"
              + " that was killed once more before");
    }
  }

  private void checkTarget(Connection there) throws SQLException, LedgerException {
    for (var table : TABLES) {
      if (Nodes.number(there, "SELECT count(*) FROM " + table) > 0) {
        throw new LedgerException(
            Kind.IN_USE,
            "ledger move: "
                + to.shownUrl()
                + ": there is a ledger already: name an empty database");
      }
    }
  }

  private static long copy(Connection here, Connection there, String table) throws SQLException {
    try (var select = here.createStatement();
        var rows = select.executeQuery("SELECT * FROM " + table)) {
      var columns = new ArrayList<String>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        columns.add(rows.getMetaData().getColumnName(i));
      }
      var into =
          "INSERT INTO "
              + table
              + " ("
              + String.join(", ", columns)
              + ") VALUES (?"
              + ", ?".repeat(columns.size() - 1)
              + ")";
      long copied = 0;
      try (var insert = there.prepareStatement(into)) {
        while (rows.next()) {
          for (int i = 1; i <= columns.size(); i++) {
            insert.setObject(i, rows.getObject(i));
          }
          insert.addBatch();
          if (++copied % BATCH == 0) {
            var _ = insert.executeBatch();
          }
        }
        var _ = insert.executeBatch();
      }
      return copied;
    }
  }
}
