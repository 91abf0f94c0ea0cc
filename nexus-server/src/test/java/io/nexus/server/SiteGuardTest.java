package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A web page must not be able to spend. */
class SiteGuardTest {

  private static final String OPEN =
      """
      [server]
      allowed_hosts = ["gateway.lan"]
      cors_origins = ["https://app.example.com"]
      """
          + GatewayBox.ONE_CLOUD;
  private static final String KEYED =
      """
      [server]
      cors_origins = ["https://app.example.com"]
      [[keys]]
      name = "app"
      key_env = "APP_KEY"
      """
          + GatewayBox.ONE_CLOUD;

  private Upstream upstream;

  @BeforeEach
  void start() throws Exception {
    upstream = Upstream.answering("Hello", UpstreamUsage.of(10, 5)).price(Prices.of("2.5", "10"));
  }

  @AfterEach
  void stop() throws Exception {
    upstream.close();
  }

  /** Headers are separated by a bar; {@code own} stands for the gateway's address. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          Host: own; 200
          Host: localhost:8000; 200
          Host: [::1]:8000; 200
          Host: 192.168.1.7; 200
          Host: GATEWAY.lan:8000; 200
          Host: evil.example; 421
          Host: evil.example:8000; 421
          Host: localhost.evil.example; 421
          Host: own|Origin: http://own; 200
          Host: own|Origin: https://evil.example; 403
          Host: own|Origin: null; 403
          Host: own|Origin: http://127.0.0.1; 403
          Host: own|Origin: https://app.example.com; 200
          Host: own|Sec-Fetch-Site: cross-site; 403
          Host: own|Sec-Fetch-Site: same-site; 403
          Host: own|Sec-Fetch-Site: same-origin; 200
          Host: own|Sec-Fetch-Site: none; 200
          Host: own|Content-Type: text/plain; 415
          Host: own|Content-Type: application/x-www-form-urlencoded; 415
          Host: own|Content-Type: multipart/form-data; 415
          Host: own|Content-Type: text/plain, application/json; 415
          Host: own|Content-Type: application/json; 200
          Host: own|Content-Type: APPLICATION/JSON ; 200
          """)
  void request_withoutKeys_isServedOnlyIfItIsMeant(String headers, int status) throws Exception {
    try (var box = GatewayBox.start(OPEN, upstream);
        var connection = RawHttp.connect(box.port())) {
      var body = GatewayBox.ask();
      var lines =
          headers.contains("Content-Type") ? headers : headers + "|Content-Type: application/json";
      connection.send(
          "POST /v1/chat/completions HTTP/1.1\r\n"
              + lines.replace("own", "127.0.0.1:" + box.port()).replace("|", "\r\n")
              + "\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      var answer = connection.read();
      assertEquals(status, answer.status(), answer.text());
      assertEquals(status == 200 ? 1 : 0, upstream.chats().size());
      assertTrue(status == 200 || answer.text().startsWith("{\"error\":"), answer.text());
    }
  }

  @Test
  void request_withKeys_needsNoNameAndNoDeclaration() throws Exception {
    try (var box =
            GatewayBox.of(KEYED, upstream).with("APP_KEY", "nx-app").asking("nx-app").start();
        var connection = RawHttp.connect(box.port())) {
      var key = "Authorization: Bearer nx-app";
      for (var header :
          List.of("X-Forwarded-Host: gateway.example.com", "Content-Type: text/plain")) {
        assertEquals(200, connection.post(GatewayBox.CHAT, GatewayBox.ask(), key, header).status());
      }
      var elsewhere =
          connection.post(GatewayBox.CHAT, GatewayBox.ask(), key, "Origin: https://evil.example");
      assertEquals(403, elsewhere.status());
    }
  }

  @Test
  void preflight_listedOrigin_isAnswered() throws Exception {
    try (var box =
            GatewayBox.of(KEYED, upstream).with("APP_KEY", "nx-app").asking("nx-app").start();
        var connection = RawHttp.connect(box.port())) {
      connection.request(
          "OPTIONS",
          GatewayBox.CHAT,
          "",
          "Origin: https://app.example.com",
          "Access-Control-Request-Method: POST",
          "Access-Control-Request-Headers: authorization, content-type");
      var answer = connection.read();
      assertEquals(204, answer.status(), answer.text());
      assertEquals(
          "https://app.example.com", answer.header("Access-Control-Allow-Origin").orElse(""));
      assertEquals(
          "authorization, content-type", answer.header("Access-Control-Allow-Headers").orElse(""));
    }
  }
}
