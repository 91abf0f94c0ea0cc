package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A launched gateway that speaks TLS, and whose certificate is renewed. */
@Timeout(120)
class TransportIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path temp;

  @Test
  void certificate_isRenewedWithoutRestart() throws Exception {
    var certificates = new TestCertificates(temp, "own");
    certificates.make("first");
    certificates.make("second");
    var certificate = Files.copy(certificates.certificateFile("first"), temp.resolve("tls.crt"));
    var key = Files.copy(certificates.keyFile("first"), temp.resolve("tls.key"));
    try (var station = Station.open(temp);
        var gateway =
            station.gateway(
                "a",
                """
                [server]
                tls_cert_file = "%s"
                tls_key_file = "%s"
                [budget]
                monthly_limit = 1.00
                """
                    .formatted(certificate, key))) {
      assertEquals("CN=first", TransportTest.shownTo(certificates.context(), gateway.port()));
      try (var client =
          RawHttp.over(TransportTest.secure(certificates.context(), gateway.port()))) {
        assertEquals(200, client.post(Chats.PATH, Station.ask()).status());
      }
      Files.copy(certificates.keyFile("second"), key, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(
          certificates.certificateFile("second"), certificate, StandardCopyOption.REPLACE_EXISTING);

      long end = System.nanoTime() + PATIENCE.toNanos();
      var shown = "";
      while (!shown.equals("CN=second") && System.nanoTime() < end) {
        shown = TransportTest.shownTo(certificates.context(), gateway.port());
      }
      assertEquals("CN=second", shown, gateway.log());
      assertTrue(gateway.log().contains("listens on https://"), gateway.log());
    }
  }
}
