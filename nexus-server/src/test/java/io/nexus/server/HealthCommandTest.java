package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.cli.NexusCommand;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code nexus health} says of gateways and of what is none. */
class HealthCommandTest {

  @TempDir private Path folder;

  private static String run(int exit, String... words) {
    var out = new StringWriter();
    int ended = NexusCommand.run(new PrintWriter(out), new PrintWriter(out), words);
    assertEquals(exit, ended, out::toString);
    return out.toString();
  }

  /** The command's own configuration names the port that the gateway has got. */
  private String beside(int exit, int port, String toml) throws IOException {
    var file =
        Files.writeString(folder.resolve("nexus.toml"), "[server]\nport = " + port + "\n" + toml);
    return run(exit, "health", "--config", file.toString());
  }

  private static String tls(TestCertificates certificates, String name) {
    return "tls_cert_file = '%s'\ntls_key_file = '%s'\n"
        .formatted(certificates.certificateFile(name), certificates.keyFile(name));
  }

  @Test
  void health_gatewayThatServes_isReadyByItsConfigurationOrItsAddress() throws Exception {
    int port;
    try (var upstream = Upstream.start(_ -> UpstreamReply.refuse(500, ""));
        var box = GatewayBox.of(GatewayBox.ONE_CLOUD, upstream).start()) {
      port = box.port();
      assertEquals("ready\n", beside(0, port, "admin_key_env = \"NOT_THERE\"\n"));
      assertEquals("ready\n", run(0, "health", "--url", "http://127.0.0.1:" + port));
    }
    assertTrue(beside(1, port, "").contains("no gateway answers there"));
  }

  @Test
  void health_answersThatAreNotReady_fail() throws Exception {
    try (var draining = Upstream.start(_ -> UpstreamReply.refuse(503, ""))) {
      var address = draining.url().replaceAll("(:\\d+).*", "$1");
      assertTrue(run(1, "health", "--url", address).contains("takes no requests: status 503"));
    }
    assertTrue(run(2, "health", "--url", "gateway:8000").contains("give an address such as"));
  }

  @Test
  void health_tls_theConfiguredCertificateIsAskedFor() throws Exception {
    var own = new TestCertificates(folder, "own");
    own.make("first");
    own.make("second");
    try (var upstream = Upstream.start(_ -> UpstreamReply.refuse(500, ""));
        var box =
            GatewayBox.of("[server]\n" + tls(own, "first") + GatewayBox.ONE_CLOUD, upstream)
                .start()) {
      assertEquals("ready\n", beside(0, box.port(), tls(own, "first")));
      assertTrue(beside(1, box.port(), tls(own, "second")).contains("no gateway answers there"));
      var named = "https://localhost:" + box.port();
      assertTrue(run(1, "health", "--url", named).contains("certif"), "its authority is unknown");
    }
  }

  @Test
  void health_certificatesOfClientsAreWanted_thatItListensIsEnough() throws Exception {
    var own = new TestCertificates(folder, "own");
    own.make("first");
    var toml = tls(own, "first") + "tls_client_ca_file = '" + own.authorityFile() + "'\n";
    try (var upstream = Upstream.start(_ -> UpstreamReply.refuse(500, ""));
        var box = GatewayBox.of("[server]\n" + toml + GatewayBox.ONE_CLOUD, upstream).start()) {
      assertEquals("ready\n", beside(0, box.port(), toml));
    }
  }
}
