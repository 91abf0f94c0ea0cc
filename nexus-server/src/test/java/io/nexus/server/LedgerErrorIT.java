package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a launched gateway does when its ledger throws an {@link Error}, as a driver of another
 * version does, or a mapped file on a disk that fails.
 */
@Timeout(180)
class LedgerErrorIT {

  /** A ledger in memory that throws an error from each method as long as a file exists. */
  private static final String LEDGER =
      """
      package third.party;
      import io.nexus.control.ledger.LedgerSettings;
      import io.nexus.control.memory.MemoryLedgerFactory;
      import io.nexus.control.ledger.Ledger;
      import io.nexus.control.spi.LedgerFactory;
      import io.nexus.control.ledger.LedgerReports;
      import java.lang.reflect.InvocationTargetException;
      import java.lang.reflect.Proxy;
      import java.nio.file.Files;
      import java.nio.file.Path;
      public final class Extension implements LedgerFactory {
        private final Ledger memory = MemoryLedgerFactory.ledger(java.time.InstantSource.system());
        public String name() { return "third-party"; }
        public boolean opens(String url) { return url.startsWith("third:"); }
        public LedgerReports books(LedgerSettings settings) { throw new UnsupportedOperationException(); }
        public Ledger open(LedgerSettings settings) {
          Path broken = Path.of(settings.url().substring("third:".length()));
          fail(broken);
          return (Ledger) Proxy.newProxyInstance(
              Extension.class.getClassLoader(),
              new Class<?>[] {Ledger.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("close")) { return null; }
                fail(broken);
                try {
                  return method.invoke(memory, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
        }
        private static void fail(Path broken) {
          if (Files.exists(broken)) { throw new NoSuchMethodError("a driver of another version"); }
        }
      }
      """;

  @TempDir private Path temp;
  private Path broken;

  @BeforeEach
  void install() throws Exception {
    broken = temp.resolve("broken");
    ThirdParty.install(temp.resolve("work"), temp.resolve("extensions"), LEDGER);
  }

  private LaunchedGateway gateway(Station station) throws Exception {
    return station.gateway(
        "a",
        """
        [budget]
        monthly_limit = 1
        on_error = "closed"
        [ledger]
        url = "third:%s"
        """
            .formatted(broken),
        "/bin/sh",
        "-c",
        "exec \"$@\" --extensions " + temp.resolve("extensions"),
        "sh");
  }

  private static int ask(LaunchedGateway gateway) throws IOException {
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, Station.ask()).status();
    }
  }

  private static void await(LaunchedGateway gateway, int status) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (ask(gateway) != status) {
      assertTrue(System.nanoTime() < end, "never answered " + status + ":\n" + gateway.log());
    }
  }

  @Test
  void requests_ledgerThrowsErrors_areRefusedAndServedAgainWhenItIsBack() throws Exception {
    try (var station = Station.open(temp)) {
      var gateway = gateway(station);
      assertEquals(200, ask(gateway));
      Files.createFile(broken);
      await(gateway, 503);
      assertTrue(gateway.log().contains("NoSuchMethodError"), gateway.log());
      assertTrue(gateway.metrics().sum("nexus_budget_errors_total").signum() > 0, gateway.log());
      Files.delete(broken);
      await(gateway, 200);
      try (var crowd = Crowd.start(gateway.port(), 8, _ -> Station.ask())) {
        crowd.awaitRefused();
      }
      station.assertBill("1", 95, gateway.log());
    }
  }

  @Test
  void start_ledgerThrowsErrors_failsAndSaysWhy() throws Exception {
    Files.createFile(broken);
    try (var station = Station.open(temp)) {
      var failed = assertThrows(IOException.class, () -> gateway(station));
      var told = String.valueOf(failed.getMessage());
      assertTrue(told.contains("nexus: ledger: third:"), told);
      assertTrue(told.contains("NoSuchMethodError: a driver of another version"), told);
    }
  }
}
