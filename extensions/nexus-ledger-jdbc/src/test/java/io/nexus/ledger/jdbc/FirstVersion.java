package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.money.Money;
import java.sql.Connection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** A ledger as the first version of the tables had it. */
final class FirstVersion {

  private static final SpendQuery ALL =
      new SpendQuery(SpendGroup.MODEL, Instant.EPOCH, Instant.MAX, ZoneOffset.UTC);

  private FirstVersion() {}

  static void fill(Connection connection, Dialect dialect) throws Exception {
    connection.setAutoCommit(false);
    Schema.migrate(connection, dialect, 1);
    try (var statement = connection.createStatement()) {
      statement.execute("INSERT INTO nexus_node VALUES ('a', 'a-1', 3, 0, 1000)");
      statement.execute("INSERT INTO nexus_balance VALUES ('global', 0, 1000, 50, 7, 3, 0)");
      statement.execute("INSERT INTO nexus_grant VALUES ('global', 0, 1000, 'a', 'a-1', 3)");
      statement.execute(
          "INSERT INTO nexus_spend VALUES ('r1', 1, 0, 500, 'ci', '', '', '', 'b', 'p', 'm',"
              + " 1, 0, 0, 0, 1, 0, 0, '', 7, 'REPORTED', 'COMPLETED', 'global\u001f0\u001f1000')");
    }
    connection.setAutoCommit(true);
    assertEquals(1, Schema.version(connection));
  }

  static void check(LedgerSettings settings) throws Exception {
    try (var ledger = new JdbcLedgerFactory().open(settings)) {
      var balance = ledger.balances().getFirst();
      assertEquals(new Money(7), balance.settled());
      assertEquals(new Money(3), balance.outstanding());
      assertEquals("a-1", ledger.grants().getFirst().incarnation());
      assertTrue(ledger.verify().agrees());
      assertEquals(List.of(new SpendLine("m", 1, 1, 0, 1, 0, new Money(7))), ledger.spend(ALL));
      assertEquals(1, ledger.prune(Instant.ofEpochMilli(501)));
      assertTrue(ledger.verify().agrees());
      assertEquals(List.of(), ledger.spend(ALL));
    }
  }
}
