package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Output limits of -1, which servers of local models take for none, and whole numbers. */
class NoLimitTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 1.00
      hard_limit_action = "reject"
      """
          + GatewayBox.ONE_CLOUD;

  private static JsonNode sent(String fields, int status) throws Exception {
    try (Upstream upstream =
            Upstream.answering("Hi", UpstreamUsage.of(10, 2)).price(Prices.of("2.5", "10"));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      RawHttp.Answer answer = box.connect().post(GatewayBox.CHAT, GatewayBox.ask(fields));
      assertEquals(status, answer.status(), answer::text);
      return status == 200
          ? upstream.chats().getLast().json()
          : GatewayBox.json(answer).path("error");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"max_tokens", "max_completion_tokens"})
  void minusOne_isBoundedAsNoLimitIs(String field) throws Exception {
    long usual = sent("\"stop\":null", 200).path("max_tokens").asLong();
    assertEquals(usual, sent("\"" + field + "\":-1", 200).path(field).asLong());
  }

  @Test
  void minusOne_besideALimit_isNoLimit() throws Exception {
    long usual = sent("\"stop\":null", 200).path("max_tokens").asLong();
    JsonNode sent = sent("\"max_tokens\":-1,\"max_completion_tokens\":5", 200);
    assertEquals(usual, sent.path("max_tokens").asLong());
    assertEquals(usual, sent.path("max_completion_tokens").asLong());
  }

  @ParameterizedTest
  @CsvSource({"100.0", "1e2", "1.0E+2", "1000e-1"})
  void wholeNumber_howeverItIsWritten_isTaken(String number) throws Exception {
    assertEquals(100, sent("\"max_tokens\":" + number, 200).path("max_tokens").asDouble());
  }

  @ParameterizedTest
  @CsvSource({"-2", "0", "-1.5", "1.5", "1e999999999", "1e99999999999", "1e-400", "3e9", "true"})
  void anythingElse_isRefused(String number) throws Exception {
    assertEquals("max_tokens", sent("\"max_tokens\":" + number, 400).path("param").asText());
  }
}
