package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingChange;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables {@code nexus_setting} and {@code nexus_change}. A removed setting stays as a row
 * without a value, so that readers of changes see it.
 *
 * @param connection a connection within a transaction
 */
record SettingTable(Connection connection, Dialect dialect) {

  /** One statement. */
  List<Setting> since(long version) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT kind, name, value, version FROM nexus_setting WHERE version > ?"
                + " ORDER BY version, kind, name")) {
      statement.setLong(1, version);
      var settings = new ArrayList<Setting>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          settings.add(
              new Setting(
                  rows.getString(1), rows.getString(2), rows.getString(3), rows.getLong(4)));
        }
      }
      return settings;
    }
  }

  /** Changes are serialised by a lock, so that versions become visible in order. */
  SettingOutcome change(SettingEdit edit) throws SQLException {
    dialect.lockSettings(connection);
    for (var setting : edit.settings()) {
      var found = found(setting);
      if (!Setting.mayReplace(setting.version(), found)) {
        return new SettingOutcome.Stale(found);
      }
    }
    long version = Nodes.number(connection, "SELECT coalesce(max(version), 0) FROM nexus_change");
    var change = edit.at(version + 1);
    enter(change);
    for (var setting : edit.settings()) {
      put(setting, change.version());
    }
    return new SettingOutcome.Kept(change.version());
  }

  private Setting found(Setting wanted) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT value, version FROM nexus_setting WHERE kind = ? AND name = ?")) {
      statement.setString(1, wanted.kind());
      statement.setString(2, wanted.name());
      try (var rows = statement.executeQuery()) {
        return rows.next()
            ? new Setting(wanted.kind(), wanted.name(), rows.getString(1), rows.getLong(2))
            : new Setting(wanted.kind(), wanted.name(), "", Setting.NEW);
      }
    }
  }

  private void put(Setting setting, long version) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO nexus_setting (kind, name, value, version) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (kind, name) DO UPDATE"
                + " SET value = excluded.value, version = excluded.version")) {
      statement.setString(1, setting.kind());
      statement.setString(2, setting.name());
      statement.setString(3, setting.value());
      statement.setLong(4, version);
      statement.executeUpdate();
    }
  }

  private void enter(SettingChange change) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO nexus_change"
                + " (version, at, actor, address, action, target, value_before, value_after,"
                + " reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      statement.setLong(1, change.version());
      statement.setLong(2, change.at().toEpochMilli());
      statement.setString(3, change.actor());
      statement.setString(4, change.address());
      statement.setString(5, change.action());
      statement.setString(6, change.target());
      statement.setString(7, change.before());
      statement.setString(8, change.after());
      statement.setString(9, change.reason());
      statement.executeUpdate();
    }
  }

  /** The records of changes, the newest first. */
  List<SettingChange> changes(long before, int max) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT version, at, actor, address, action, target, value_before, value_after,"
                + " reason FROM nexus_change WHERE version < ? ORDER BY version DESC LIMIT ?")) {
      statement.setLong(1, before);
      statement.setInt(2, max);
      var changes = new ArrayList<SettingChange>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          changes.add(
              new SettingChange(
                  rows.getLong(1),
                  Instant.ofEpochMilli(rows.getLong(2)),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(5),
                  rows.getString(6),
                  rows.getString(7),
                  rows.getString(8),
                  rows.getString(9)));
        }
      }
      return changes;
    }
  }
}
