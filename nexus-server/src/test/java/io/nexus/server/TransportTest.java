package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS to clients and to backends, proxies on both sides, and the time before a stop. */
class TransportTest {

  private static final String BUDGET =
      """
      [budget]
      monthly_limit = 1.00
      """;

  @TempDir static Path folder;
  private static TestCertificates own;
  private static TestCertificates other;

  @BeforeAll
  static void makeCertificates() throws Exception {
    own = new TestCertificates(folder, "own");
    own.make("first");
    own.make("second");
    own.make("client");
    other = new TestCertificates(folder, "other");
    other.make("expired", "-startdate", "-9d", "-validity", "2");
  }

  private static String tls(Path certificate, Path key, String more) {
    return """
    [server]
    tls_cert_file = '%s'
    tls_key_file = '%s'
    %s
    """
            .formatted(certificate, key, more)
        + BUDGET
        + GatewayBox.ONE_CLOUD;
  }

  static SSLSocket secure(SSLContext context, int port) throws IOException {
    var plain = new Socket(InetAddress.getLoopbackAddress(), port);
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
    socket.setSoTimeout(20_000);
    return socket;
  }

  static String shownTo(SSLContext context, int port) throws IOException {
    try (var socket = secure(context, port)) {
      var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSubjectX500Principal().getName();
    }
  }

  @Test
  void tls_chatAndStream_areServedAndCharged() throws Exception {
    var toml = tls(own.certificateFile("first"), own.keyFile("first"), "");
    try (var upstream =
            Upstream.start(request -> UpstreamReply.chat(request, "a b", UpstreamUsage.of(10, 2)));
        var box = GatewayBox.of(toml, upstream).start();
        var client = RawHttp.over(secure(own.context(), box.port()))) {
      assertEquals(200, client.post(CHAT, ask()).status());
      client.open(CHAT, ask("\"stream\":true"));
      assertEquals("[DONE]", client.events().getLast().data());
      var stats = GatewayBox.json(client.get("/v1/stats"));
      assertEquals(
          "0.00009", stats.at("/budget/current_spending_usd").decimalValue().toPlainString());
      try (var plain = RawHttp.connect(box.port())) {
        assertThrows(IOException.class, () -> plain.get("/health"));
      }
    }
  }

  @Test
  void tls_clientThatLeaves_endsItsStreamAtTheBackend() throws Exception {
    var permits = new Semaphore(1);
    var toml = tls(own.certificateFile("first"), own.keyFile("first"), "");
    try (var upstream =
            Upstream.start(
                request ->
                    UpstreamReply.stream(request, List.of("a ", "b "), UpstreamUsage.of(10, 2))
                        .paced(Pace.permits(permits)));
        var box = GatewayBox.of(toml, upstream).start()) {
      try (var client = RawHttp.over(secure(own.context(), box.port()))) {
        client.open(CHAT, ask("\"stream\":true"));
        assertTrue(client.event().isPresent());
      }
      upstream.awaitCancellation(1);
    }
  }

  @Test
  void tls_certificatesOfClients_areAskedFor() throws Exception {
    var toml =
        tls(
            own.certificateFile("first"),
            own.keyFile("first"),
            "tls_client_ca_file = '" + own.authorityFile() + "'");
    try (var upstream =
            Upstream.start(
                request -> UpstreamReply.completion(request, "a", UpstreamUsage.of(10, 1)));
        var box = GatewayBox.of(toml, upstream).start()) {
      try (var client = RawHttp.over(secure(own.context(), box.port()))) {
        assertEquals(200, client.post(CHAT, ask()).status());
      }
      var trusting = SSLContext.getInstance("TLS");
      trusting.init(null, new TestTrust[] {new TestTrust()}, new SecureRandom());
      assertThrows(
          IOException.class,
          () -> {
            try (var client = RawHttp.over(secure(trusting, box.port()))) {
              client.post(CHAT, ask());
            }
          });
      assertEquals(1, upstream.chats().size());
    }
  }

  @Test
  void tls_newFiles_areShownToNewConnections() throws Exception {
    var certificate = folder.resolve("shown.pem");
    var key = folder.resolve("shown.key");
    Files.copy(own.certificateFile("first"), certificate);
    Files.copy(own.keyFile("first"), key);
    try (var upstream =
            Upstream.start(
                request -> UpstreamReply.completion(request, "a", UpstreamUsage.of(10, 1)));
        var box = GatewayBox.of(tls(certificate, key, ""), upstream).start();
        var before = RawHttp.over(secure(own.context(), box.port()))) {
      assertEquals("CN=first", shownTo(own.context(), box.port()));
      assertEquals(200, before.post(CHAT, ask()).status());

      Files.copy(own.keyFile("second"), key, StandardCopyOption.REPLACE_EXISTING);
      box.gateway().reloadCertificate();
      assertEquals("CN=first", shownTo(own.context(), box.port()), "half of it is not taken");

      Files.copy(own.certificateFile("second"), certificate, StandardCopyOption.REPLACE_EXISTING);
      box.gateway().reloadCertificate();
      assertEquals("CN=second", shownTo(own.context(), box.port()));
      assertEquals(200, before.post(CHAT, ask()).status(), "an old connection goes on");
    }
  }

  @Test
  void tls_wrongFiles_saysWhich() {
    assertTold("is not the key of", tls(own.certificateFile("first"), own.keyFile("second"), ""));
    assertTold("cannot be read", tls(folder.resolve("none.pem"), own.keyFile("first"), ""));
    assertTold("in PEM", tls(own.keyFile("first"), own.keyFile("first"), ""));
    assertTold(
        "tls_client_ca_file",
        tls(
            own.certificateFile("first"),
            own.keyFile("first"),
            "tls_client_ca_file = '" + own.keyFile("first") + "'"));
  }

  private static void assertTold(String problem, String toml) {
    var told =
        assertThrows(
            StartException.class,
            () -> GatewayBox.of(toml.replace("{0}", "http://127.0.0.1:1/v1")).start());
    var message = String.valueOf(told.getMessage());
    assertTrue(message.contains(problem), message);
    assertFalse(message.contains("PRIVATE"), message);
  }

  private static String backend(int port, String more) {
    return BUDGET
        + GatewayBox.ONE_CLOUD
            .replace("{0}", "https://localhost:" + port + "/v1")
            .replace("[[pricing]]", more + "\nprobe = 'none'\n[[pricing]]");
  }

  @Test
  void backend_ofAnAuthorityOfItsOwn_isTrustedWhereItIsNamed() throws Exception {
    try (var upstream =
            Upstream.start(
                request -> UpstreamReply.completion(request, "a", UpstreamUsage.of(10, 1)));
        var front = TlsRelay.start(own.context(), upstream.port())) {
      var named = backend(front.port(), "ca_file = '" + own.authorityFile() + "'");
      try (var box = GatewayBox.of(named).start();
          var client = box.connect()) {
        var answer = client.post(CHAT, ask());
        assertEquals(200, answer.status(), answer.text());
      }
      try (var box = GatewayBox.of(backend(front.port(), "")).start();
          var client = box.connect()) {
        var answer = client.post(CHAT, ask());
        assertEquals(502, answer.status());
        assertTrue(answer.text().contains("of no authority that is trusted"), answer.text());
      }
    }
  }

  @Test
  void backend_certificateThatHasExpired_isSaidToHave() throws Exception {
    try (var upstream =
            Upstream.start(
                request -> UpstreamReply.completion(request, "a", UpstreamUsage.of(10, 1)));
        var front = TlsRelay.start(other.context(), upstream.port());
        var box =
            GatewayBox.of(backend(front.port(), "ca_file = '" + other.authorityFile() + "'"))
                .start();
        var client = box.connect()) {
      var answer = client.post(CHAT, ask());
      assertEquals(502, answer.status());
      assertTrue(answer.text().contains("its certificate has expired"), answer.text());
    }
  }

  @Test
  void backend_throughProxy_isConnectedTo() throws Exception {
    try (var upstream =
            Upstream.start(
                request -> UpstreamReply.completion(request, "a", UpstreamUsage.of(10, 1)));
        var front = TlsRelay.start(own.context(), upstream.port());
        var proxy = ConnectProxy.start(200);
        var closed = ConnectProxy.start(403)) {
      var authority = "ca_file = '" + own.authorityFile() + "'\n";
      var toml =
          backend(front.port(), authority + "proxy = 'http://127.0.0.1:" + proxy.port() + "'");
      try (var box = GatewayBox.of(toml).start();
          var client = box.connect()) {
        assertEquals(200, client.post(CHAT, ask()).status());
        assertEquals(200, client.post(CHAT, ask()).status());
        assertEquals(List.of("CONNECT localhost:" + front.port() + " HTTP/1.1"), proxy.asked());
      }
      var refused =
          backend(front.port(), authority + "proxy = 'http://127.0.0.1:" + closed.port() + "'");
      try (var box = GatewayBox.of(refused).start();
          var client = box.connect()) {
        var answer = client.post(CHAT, ask());
        assertEquals(502, answer.status());
        assertTrue(answer.text().contains("the proxy answers with 403"), answer.text());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.0/8, '203.0.113.7', 203.0.113.7",
    "127.0.0.0/8, '198.51.100.1, 203.0.113.7', 203.0.113.7",
    "'127.0.0.0/8\", \"203.0.113.7', '198.51.100.1, 203.0.113.7:4711', 198.51.100.1",
    "127.0.0.0/8, '[2001:db8::1]:4711', 2001:db8::1",
    "127.0.0.0/8, 'somebody', 127.0.0.1",
    "192.0.2.1, '203.0.113.7', 127.0.0.1",
  })
  void change_behindProxy_isOfTheAddressThatATrustedOneNames(
      String trusted, String forwarded, String expected) throws Exception {
    var toml =
        """
        [server]
        trusted_proxies = ["%s"]
        """
            .formatted(trusted);
    var key = "Authorization: Bearer nx-admin";
    try (var box = GatewayBox.of(toml + BUDGET).with("NEXUS_ADMIN_KEY", "nx-admin").start();
        var client = box.connect()) {
      client.request(
          "PATCH",
          "/admin/v1/budgets/global",
          "{\"limit\":2}",
          key,
          "X-Forwarded-For: " + forwarded);
      assertEquals(200, client.read().status());
      var changes = GatewayBox.json(client.get("/admin/v1/changes", key));
      assertEquals(expected, changes.at("/data/0/by/address").asText(), changes.toString());
    }
  }

  @Test
  void close_withDelay_isNotReadyAndStillServesOnConnectionsThatEnd() throws Exception {
    var toml = "[server]\ndrain_delay_seconds = 3600\n" + BUDGET + GatewayBox.ONE_CLOUD;
    var permits = new Semaphore(1);
    try (var upstream =
            Upstream.start(
                request ->
                    request.streaming()
                        ? UpstreamReply.stream(request, List.of("a "), UpstreamUsage.of(10, 1))
                            .paced(Pace.permits(permits))
                        : UpstreamReply.completion(request, "a", UpstreamUsage.of(10, 1)));
        var box = GatewayBox.of(toml, upstream).start();
        var streaming = box.connect();
        var client = box.connect()) {
      streaming.open(CHAT, ask("\"stream\":true"));
      assertTrue(streaming.event().isPresent());
      var closing = Thread.ofVirtual().start(box.gateway()::close);
      while (client.get("/health/ready").status() == 200) {
        Thread.onSpinWait();
      }
      var served = client.post(CHAT, ask());
      assertEquals(200, served.status());
      assertEquals("close", Chats.header(served, "Connection"));
      assertThrows(IOException.class, () -> client.get("/health"));

      closing.interrupt();
      var answer = Chats.send(box, ask());
      while (answer.status() == 200) {
        answer = Chats.send(box, ask());
      }
      assertEquals(503, answer.status());
      assertEquals("1", answer.header("Retry-After").orElse(""));
      permits.release(10);
      assertEquals("[DONE]", streaming.events().getLast().data());
      assertTrue(closing.join(Duration.ofSeconds(30)));
    }
  }
}
