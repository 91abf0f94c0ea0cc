package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A receiver of alerts, with its parsed messages. */
abstract class AlertFixture {

  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  static final UpstreamReply TAKEN = UpstreamReply.refuse(204, "");

  static Stream<String> ids(Upstream receiver) {
    return receiver.chats().stream().map(each -> each.header("webhook-id").orElseThrow());
  }

  static String hook(Upstream receiver) {
    return "http://127.0.0.1:" + receiver.port() + "/hooks/T0KEN";
  }

  /** The body, if its signature is right by the scheme's own description. */
  static JsonNode verified(UpstreamRequest sent) throws Exception {
    assertEquals("/hooks/T0KEN", sent.path());
    assertTrue(sent.header("Content-Type").orElseThrow().startsWith("application/json"));
    var id = sent.header("webhook-id").orElseThrow();
    var timestamp = sent.header("webhook-timestamp").orElseThrow();
    var key = Base64.getDecoder().decode(SECRET.substring("whsec_".length()));
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    var signed = id + "." + timestamp + "." + sent.text();
    var signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    assertEquals(
        "v1," + Base64.getEncoder().encodeToString(signature),
        sent.header("webhook-signature").orElseThrow());
    var body = sent.json();
    assertEquals(
        Long.parseLong(timestamp), Instant.parse(body.path("timestamp").asText()).getEpochSecond());
    return body;
  }
}
