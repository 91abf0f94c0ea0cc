package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.Dialect.Use;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The settings of a session on the server, made in one round trip.
 *
 * <p>They bound how long a gateway that is cut off can block the others. The server cannot detect a
 * dead connection: without these settings it keeps the row locks of its open transaction until TCP
 * gives up after two hours. So an idle transaction ends after five seconds, and a connection
 * without an answer is closed after eleven.
 */
final class PostgresSettings {

  /** The remedy for a read-only database. */
  static final String STANDBY =
      "the database is read-only, as a standby is: name the primary in [ledger] url, or all hosts"
          + " (jdbc:postgresql://first,second/db), and gateways follow when the primary changes";

  private static final Map<String, String> ALWAYS =
      Map.of(
          "idle_in_transaction_session_timeout", "5000",
          "tcp_keepalives_idle", "5",
          "tcp_keepalives_interval", "2",
          "tcp_keepalives_count", "3",
          "tcp_user_timeout", "11000",
          "standard_conforming_strings", "on");

  private PostgresSettings() {}

  /**
   * Makes them.
   *
   * @throws LedgerException of kind {@code READ_ONLY} if the session is to write and cannot
   */
  static void apply(Connection connection, Use use, LedgerSettings settings)
      throws SQLException, LedgerException {
    var values =
        of(use).entrySet().stream()
            .map(e -> "('" + e.getKey() + "', '" + e.getValue() + "')")
            .collect(Collectors.joining(", "));
    // Servers of other versions know only some of the settings.
    var sql =
        "SELECT count(set_config(s.name, s.setting, false)), pg_is_in_recovery()"
            + " OR current_setting('transaction_read_only') = 'on' FROM (VALUES "
            + values
            + ") AS s(name, setting) WHERE EXISTS"
            + " (SELECT FROM pg_settings p WHERE p.name = s.name)"
            // A draw must be on the disk before it is answered. Stricter settings stay.
            + " AND NOT (s.name = 'synchronous_commit'"
            + " AND current_setting('synchronous_commit') <> 'off')";
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      if (use != Use.REPORT && rows.next() && rows.getBoolean(2)) {
        throw new LedgerException(
            Kind.READ_ONLY, "ledger: open: " + settings.shownUrl() + ": " + STANDBY);
      }
    }
  }

  private static Map<String, String> of(Use use) {
    var settings = new LinkedHashMap<>(ALWAYS);
    settings.put("synchronous_commit", "on");
    switch (use) {
      case DRAW -> {
        settings.put("lock_timeout", "3000");
        settings.put("statement_timeout", "6000");
        settings.put("transaction_timeout", "6500");
      }
      case CHANGE -> {
        settings.put("lock_timeout", "10000");
        settings.put("statement_timeout", "120000");
      }
      case REPORT -> {
        settings.put("statement_timeout", "300000");
        settings.put("default_transaction_read_only", "on");
      }
    }
    settings.put(
        "default_transaction_isolation", use == Use.REPORT ? "repeatable read" : "read committed");
    return settings;
  }
}
