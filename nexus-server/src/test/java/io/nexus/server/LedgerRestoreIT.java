package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A SQLite file serves one gateway, and a backup takes its place when none runs. */
@Timeout(240)
class LedgerRestoreIT {

  private static final String TEN_CENTS = "[[budgets]]\nname = \"team\"\nlimit = 0.1\n";

  @TempDir private Path temp;

  private static void spend(LaunchedGateway gateway, int requests) throws IOException {
    for (int i = 0; i < requests; i++) {
      try (var client = gateway.connect()) {
        var answer = client.post(Chats.PATH, Station.ask());
        assertEquals(200, answer.status(), answer::text);
      }
    }
  }

  private static void run(Station station, String... command) throws Exception {
    var ran = station.nexus("one", command);
    assertEquals(0, ran.exit(), ran.out());
  }

  @Test
  void restore_byTheCommand_isWhatCountsAfterAStop() throws Exception {
    try (var station = Station.open(temp)) {
      var gateway = station.gateway("one", TEN_CENTS);
      spend(gateway, 4);
      gateway.close();
      var backup = station.folder("one").resolve("backup.db").toString();
      run(station, "ledger", "backup", backup);
      var again = station.gateway("one", TEN_CENTS);
      spend(again, 6);
      var refused = station.nexus("one", "ledger", "restore", backup);
      assertEquals(1, refused.exit(), "refused while a gateway runs on it: " + refused.out());
      again.close();
      run(station, "ledger", "restore", backup);
      assertEquals(4 * Station.REQUEST_NANOS, station.spentNanos("one"));
      var last = station.gateway("one", TEN_CENTS);
      try (var crowd = Crowd.start(last.port(), 4, _ -> Station.ask())) {
        crowd.awaitRefused();
      }
      last.close();
      assertEquals(Money.usd("0.1").nanos(), station.spentNanos("one"));
      station.assertVerified("one");
    }
  }

  @Test
  void start_whileAnotherGatewayHasTheFile_isRefused() throws Exception {
    try (var station = Station.open(temp)) {
      var gateway = station.gateway("one", TEN_CENTS);
      spend(gateway, 2);
      var failed = assertThrows(IOException.class, () -> station.gateway("one", TEN_CENTS));
      assertTrue(
          String.valueOf(failed.getMessage()).contains("another gateway"), failed::getMessage);
      spend(gateway, 2);
    }
  }
}
