package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.Dialect.Use;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresAddressTest {

  private static PostgresAddress of(String url, Use use) {
    return PostgresAddress.of(new LedgerSettings(url, "secret"), use);
  }

  @ParameterizedTest
  @CsvSource({
    "reWriteBatchedInserts, true, false",
    "autosave, always, never",
    "preferQueryMode, simple, extended",
    "readOnly, true, false",
    "stringtype, unspecified, varchar",
    "socketTimeout, 0, 7",
    "socketTimeout, 600, 7",
    "connectTimeout, soon, 3",
    "targetServerType, secondary, any",
    "hostRecheckSeconds, 60, 0",
    "logServerErrorDetail, true, false",
  })
  void of_optionThatTheLedgerDependsOn_isSetAndNamed(String name, String theirs, String ours) {
    var address = of("jdbc:postgresql://db/nexus?user=me&" + name + "=" + theirs, Use.DRAW);
    assertEquals("jdbc:postgresql://db/nexus?user=me", address.url());
    assertEquals(ours, address.properties().getProperty(name));
    assertEquals(List.of(name), address.overruled());
  }

  @Test
  void of_whereAndWho_stayAsTheyAre() {
    var url = "jdbc:postgresql://db:6432/nexus?user=me&sslmode=verify-full&currentSchema=a%26b";
    var address = of(url, Use.DRAW);
    assertEquals(url, address.url());
    assertEquals(List.of(), address.overruled());
    assertEquals("secret", address.properties().getProperty("password"));
  }

  @Test
  void of_shorterTimeout_counts() {
    var address = of("jdbc:postgresql://db/nexus?socketTimeout=1&connectTimeout=2", Use.DRAW);
    assertEquals("1", address.properties().getProperty("socketTimeout"));
    assertEquals("2", address.properties().getProperty("connectTimeout"));
    assertEquals("jdbc:postgresql://db/nexus", address.url());
    assertEquals(List.of(), address.overruled());
  }

  @Test
  void of_optionWithoutAValueThatWouldDo_isDropped() {
    var address = of("jdbc:postgresql://db/nexus?replication=database", Use.DRAW);
    assertEquals("jdbc:postgresql://db/nexus", address.url());
    assertFalse(address.properties().containsKey("replication"));
    assertEquals(List.of("replication"), address.overruled());
  }

  @Test
  void of_severalHosts_writesToThePrimaryAndLetsEachAnswerInTime() {
    var url = "jdbc:postgresql://first,second:5433/nexus";
    assertEquals("primary", of(url, Use.DRAW).properties().getProperty("targetServerType"));
    assertEquals("primary", of(url, Use.CHANGE).properties().getProperty("targetServerType"));
    assertEquals("preferPrimary", of(url, Use.REPORT).properties().getProperty("targetServerType"));
    assertEquals("11", of(url, Use.DRAW).properties().getProperty("loginTimeout"));
    assertEquals(
        "any", of("jdbc:postgresql:nexus", Use.DRAW).properties().getProperty("targetServerType"));
  }
}
