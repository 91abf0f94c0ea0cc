package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launched gateway on a disk that fills up under its journal and its SQLite file. */
@Timeout(240)
class FullDiskIT {

  private static final int DISK_MEBIBYTES = 12;

  private static final String CONFIG = budget("1000");

  @TempDir private Path temp;

  /** Small, so that a test can write it full. */
  private static String budget(String limit) {
    return """
    [budget]
    monthly_limit = %s
    [ledger]
    journal_max_bytes = 2097152
    max_chunk = 0.1
    """
        .formatted(limit);
  }

  private static RawHttp.Answer ask(LaunchedGateway gateway) throws IOException {
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, Station.ask());
    }
  }

  /** Until it refuses; how many it served. */
  private static int askUntilRefused(LaunchedGateway gateway) throws Exception {
    for (int served = 0; served < 20_000; served++) {
      var answer = ask(gateway);
      if (answer.status() != 200) {
        assertEquals(503, answer.status(), answer::text);
        assertTrue(answer.text().contains("budget_unavailable"), answer::text);
        return served;
      }
    }
    throw new AssertionError("never refused");
  }

  private static void awaitServed(LaunchedGateway gateway) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    var answer = ask(gateway);
    while (answer.status() != 200) {
      assertTrue(System.nanoTime() < end, answer::text);
      TimeUnit.MILLISECONDS.sleep(100);
      answer = ask(gateway);
    }
  }

  private static int ready(LaunchedGateway gateway) throws IOException {
    try (var client = gateway.connect()) {
      return client.get("/health/ready").status();
    }
  }

  private static void awaitPosted(LaunchedGateway gateway) throws Exception {
    gateway.await(
        _ -> {
          try {
            return gateway.metrics().count("nexus_ledger_records_pending") == 0;
          } catch (IOException e) {
            return false;
          }
        });
  }

  private static void assertRecorded(Station station) throws Exception {
    assertEquals(station.upstream().billNanos(), station.spentNanos("one"));
    station.assertVerified("one");
  }

  @Test
  void requests_diskFull_areRefusedBeforeAnyIsUnrecordedAndServedWhenThereIsRoom()
      throws Exception {
    try (var station = Station.open(temp);
        var disk = disk(station)) {
      var gateway = station.gateway("one", CONFIG);
      assertEquals(200, ask(gateway).status());
      disk.fill();
      int served = askUntilRefused(gateway);
      assertTrue(served > 100, "the journal has room for more than " + served);
      assertTrue(gateway.log().contains("disk is full"), gateway.log());
      long billed = station.upstream().billNanos();
      for (int i = 0; i < 20; i++) {
        assertEquals(503, ask(gateway).status());
      }
      assertEquals(billed, station.upstream().billNanos(), "nothing goes out unrecorded");
      assertEquals(
          2, gateway.log().split("nothing can be written", -1).length, "said once, not each time");
      assertEquals(503, ready(gateway));
      disk.free();
      assertEquals(200, ready(gateway), "without a request");
      awaitServed(gateway);
      awaitPosted(gateway);
      gateway.close();
      assertRecorded(station);
    }
  }

  @Test
  void requests_diskFull_spendNoMoreThanTheLimit() throws Exception {
    try (var station = Station.open(temp);
        var disk = disk(station)) {
      var gateway = station.gateway("one", budget("1"));
      assertEquals(200, ask(gateway).status());
      disk.fill();
      try (var crowd = Crowd.start(gateway.port(), 20, _ -> Station.ask())) {
        station.assertBill("1", 95, crowd.awaitRefused());
      }
      disk.free();
      awaitPosted(gateway);
      gateway.close();
      assertRecorded(station);
    }
  }

  @Test
  void kill_diskFull_losesNothing() throws Exception {
    try (var station = Station.open(temp);
        var disk = disk(station)) {
      var gateway = station.gateway("one", CONFIG);
      assertEquals(200, ask(gateway).status());
      disk.fill();
      var _ = askUntilRefused(gateway);
      gateway.kill();
      disk.free();
      var again = station.gateway("one", CONFIG);
      awaitPosted(again);
      again.close();
      assertRecorded(station);
    }
  }

  @Test
  void start_diskFull_saysWhatToDo() throws Exception {
    try (var station = Station.open(temp);
        var disk = disk(station)) {
      disk.fill();
      var failed = assertThrows(IOException.class, () -> station.gateway("one", CONFIG));
      assertTrue(String.valueOf(failed.getMessage()).contains("make room"), failed.getMessage());
      disk.free();
      assertEquals(200, ask(station.gateway("one", CONFIG)).status());
    }
  }

  private static SmallDisk disk(Station station) throws IOException {
    return SmallDisk.mount(station.folder("one").resolve("nexus-data"), DISK_MEBIBYTES);
  }
}
