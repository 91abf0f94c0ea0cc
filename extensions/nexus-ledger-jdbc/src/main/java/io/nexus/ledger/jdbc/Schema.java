package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables, and the migrations from every older version. A released migration never changes; new
 * ones are appended.
 *
 * <p>Times are milliseconds of the epoch, money is nano-dollars. A cycle without an end ends at the
 * largest number.
 */
final class Schema {

  private static final List<List<String>> MIGRATIONS =
      List.of(
          List.of(
              """
              CREATE TABLE nexus_node (
                name TEXT PRIMARY KEY,
                incarnation TEXT NOT NULL,
                epoch BIGINT NOT NULL,
                renewed BIGINT NOT NULL,
                ttl BIGINT NOT NULL)
              """,
              """
              CREATE TABLE nexus_balance (
                budget TEXT NOT NULL,
                cycle_start BIGINT NOT NULL,
                cycle_end BIGINT NOT NULL,
                spend_limit BIGINT NOT NULL,
                settled BIGINT NOT NULL,
                outstanding BIGINT NOT NULL,
                last_granted BIGINT NOT NULL,
                PRIMARY KEY (budget, cycle_start, cycle_end))
              """,
              """
              CREATE TABLE nexus_grant (
                budget TEXT NOT NULL,
                cycle_start BIGINT NOT NULL,
                cycle_end BIGINT NOT NULL,
                node TEXT NOT NULL,
                incarnation TEXT NOT NULL,
                amount BIGINT NOT NULL,
                PRIMARY KEY (budget, cycle_start, cycle_end, node, incarnation))
              """,
              """
              CREATE TABLE nexus_spend (
                request_id TEXT %s NOT NULL,
                attempt INTEGER NOT NULL,
                revision INTEGER NOT NULL,
                at BIGINT NOT NULL,
                caller_key TEXT NOT NULL,
                team TEXT NOT NULL,
                caller_user TEXT NOT NULL,
                tags TEXT NOT NULL,
                backend TEXT NOT NULL,
                provider TEXT NOT NULL,
                model TEXT NOT NULL,
                input_tokens BIGINT NOT NULL,
                cached_input_tokens BIGINT NOT NULL,
                cache_write_tokens BIGINT NOT NULL,
                audio_input_tokens BIGINT NOT NULL,
                output_tokens BIGINT NOT NULL,
                reasoning_tokens BIGINT NOT NULL,
                audio_output_tokens BIGINT NOT NULL,
                price TEXT NOT NULL,
                cost BIGINT NOT NULL,
                precision_of_usage TEXT NOT NULL,
                outcome TEXT NOT NULL,
                charges TEXT NOT NULL,
                PRIMARY KEY (request_id, attempt, revision))
              """),
          List.of(
              "ALTER TABLE nexus_balance ADD COLUMN pruned BIGINT NOT NULL DEFAULT 0",
              "CREATE INDEX nexus_spend_in_time"
                  + " ON nexus_spend (at, request_id, attempt, revision)"),
          List.of(
              // What records charge and a balance does not, since it was set back.
              "ALTER TABLE nexus_balance ADD COLUMN excused BIGINT NOT NULL DEFAULT 0",
              "ALTER TABLE nexus_balance ADD COLUMN forgiven_at BIGINT NOT NULL DEFAULT 0",
              // The time of the last record: a balance stays for as long as that one does.
              "ALTER TABLE nexus_balance ADD COLUMN last_at BIGINT NOT NULL DEFAULT 0",
              "UPDATE nexus_balance"
                  + " SET last_at = (SELECT coalesce(max(at), 0) FROM nexus_spend)",
              // Whose limit spend_limit is.
              "ALTER TABLE nexus_balance ADD COLUMN limit_node TEXT NOT NULL DEFAULT ''",
              // Removed records, until no cycle that they were charged to is left.
              """
              CREATE TABLE nexus_pruned (
                at BIGINT NOT NULL,
                request_id TEXT %s NOT NULL,
                attempt INTEGER NOT NULL,
                revision INTEGER NOT NULL,
                until BIGINT NOT NULL,
                PRIMARY KEY (at, request_id, attempt, revision))
              """),
          List.of(
              "ALTER TABLE nexus_spend ADD COLUMN api TEXT NOT NULL DEFAULT 'chat'",
              // What is billed beside the usual kinds of tokens, as cache_write_1h=1200.
              "ALTER TABLE nexus_spend ADD COLUMN other_usage TEXT NOT NULL DEFAULT ''"),
          List.of(
              // What the admin API keeps; a row without a value was removed.
              """
              CREATE TABLE nexus_setting (
                kind TEXT NOT NULL,
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                version BIGINT NOT NULL,
                PRIMARY KEY (kind, name))
              """,
              "CREATE INDEX nexus_setting_by_version ON nexus_setting (version)",
              """
              CREATE TABLE nexus_change (
                version BIGINT PRIMARY KEY,
                at BIGINT NOT NULL,
                actor TEXT NOT NULL,
                address TEXT NOT NULL,
                action TEXT NOT NULL,
                target TEXT NOT NULL,
                value_before TEXT NOT NULL,
                value_after TEXT NOT NULL)
              """),
          List.of(
              // Which backend has what later requests may refer to.
              """
              CREATE TABLE nexus_answer (
                id TEXT PRIMARY KEY,
                caller_key TEXT NOT NULL,
                backend TEXT NOT NULL,
                tokens BIGINT NOT NULL,
                at BIGINT NOT NULL)
              """,
              "CREATE INDEX nexus_answer_in_time ON nexus_answer (at)"),
          List.of(
              // Limits beside money: a row to lock for each account and cycle, and what is drawn.
              """
              CREATE TABLE nexus_count (
                account TEXT NOT NULL,
                cycle_start BIGINT NOT NULL,
                cycle_end BIGINT NOT NULL,
                drawn_at BIGINT NOT NULL,
                PRIMARY KEY (account, cycle_start, cycle_end))
              """,
              """
              CREATE TABLE nexus_count_grant (
                account TEXT NOT NULL,
                cycle_start BIGINT NOT NULL,
                cycle_end BIGINT NOT NULL,
                node TEXT NOT NULL,
                incarnation TEXT NOT NULL,
                amount BIGINT NOT NULL,
                PRIMARY KEY (account, cycle_start, cycle_end, node, incarnation))
              """),
          List.of("ALTER TABLE nexus_change ADD COLUMN reason TEXT NOT NULL DEFAULT ''"),
          List.of(
              // What is being made while nobody waits for it.
              """
              CREATE TABLE nexus_pending (
                request_id TEXT NOT NULL,
                attempt INTEGER NOT NULL,
                node TEXT NOT NULL,
                backend TEXT NOT NULL,
                path TEXT NOT NULL,
                at BIGINT NOT NULL,
                PRIMARY KEY (request_id, attempt))
              """),
          List.of(
              // What the records of each half hour add up to, in the order of time: those that
              // change lie side by side.
              """
              CREATE TABLE nexus_sum (
                at BIGINT NOT NULL,
                kind TEXT NOT NULL,
                name TEXT NOT NULL,
                records BIGINT NOT NULL,
                requests BIGINT NOT NULL,
                input_tokens BIGINT NOT NULL,
                cached_input_tokens BIGINT NOT NULL,
                output_tokens BIGINT NOT NULL,
                reasoning_tokens BIGINT NOT NULL,
                cost_usd BIGINT NOT NULL,
                cost_nanos BIGINT NOT NULL,
                PRIMARY KEY (at, kind, name)) %ordered
              """,
              SumTable.FILL),
          List.of(
              // The registration of limit_node that spend_limit is of; a later one has not said it.
              "ALTER TABLE nexus_balance ADD COLUMN limit_epoch BIGINT NOT NULL DEFAULT 0"));

  /** The version that this code reads and writes. */
  static final int VERSION = MIGRATIONS.size();

  private Schema() {}

  /** Brings the tables to this code's version, within the transaction under way. */
  static void migrate(Connection connection, Dialect dialect) throws SQLException, LedgerException {
    migrate(connection, dialect, VERSION);
  }

  /** Brings them to a version at least. */
  static void migrate(Connection connection, Dialect dialect, int target)
      throws SQLException, LedgerException {
    if (exists(connection, dialect) && version(connection) >= target) {
      return;
    }
    dialect.lockSchema(connection);
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS nexus_schema (version INTEGER PRIMARY KEY)");
      int version = version(connection);
      while (version < target) {
        for (var sql : MIGRATIONS.get(version)) {
          statement.execute(
              sql.replace("%ordered", dialect.keptInOrder()).replace("%s", dialect.binaryOrder()));
        }
        version++;
        statement.execute("INSERT INTO nexus_schema (version) VALUES (" + version + ")");
      }
    }
  }

  private static boolean exists(Connection connection, Dialect dialect) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(dialect.schemaExists())) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  /** The version of the tables that are there; 0 if there are none yet. */
  static int version(Connection connection) throws SQLException, LedgerException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT coalesce(max(version), 0) FROM nexus_schema")) {
      int version = rows.next() ? rows.getInt(1) : 0;
      if (version > VERSION) {
        throw new LedgerException(
            Kind.NEWER,
            "ledger: its tables have version "
                + version
                + ", this Nexus knows versions up to "
                + VERSION
                + ": run the newer Nexus that wrote it");
      }
      return version;
    }
  }
}
