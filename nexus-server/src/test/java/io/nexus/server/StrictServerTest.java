package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.UsageChunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends that refuse fields that they do not know. */
@Timeout(60)
class StrictServerTest {

  private static final UpstreamUsage USAGE = UpstreamUsage.of(8, 4);

  private static final String PYDANTIC =
      """
      {"detail":[{"type":"extra_forbidden","loc":["body","FIELD"],\
      "msg":"Extra inputs are not permitted","input":true}]}\
      """;

  private static String config(String... backend) {
    return "[budget]\nmonthly_limit = 1.00\nhard_limit_action = \"reject\"\n[routing]\nmax_retries = 0\n"
        + GatewayBox.ONE_CLOUD.replace(
            "models = [\"m\"]", "models = [\"m\"]\n" + String.join("\n", backend));
  }

  /** Refuses requests with one of these fields, and all without a limit. */
  private static Function<UpstreamRequest, UpstreamReply> refusing(
      int status, String refusal, Set<String> fields) {
    return request -> {
      for (String field : fields) {
        if (request.json().has(field)) {
          return UpstreamReply.refuse(status, refusal.replace("FIELD", field));
        }
      }
      return request.streaming()
          ? UpstreamReply.stream(request, List.of("a ", "b ", "c ", "d"), USAGE)
              .usageChunk(UsageChunk.NEVER)
          : UpstreamReply.completion(request, "a b c d", USAGE);
    };
  }

  private static Upstream upstream(Function<UpstreamRequest, UpstreamReply> script)
      throws IOException {
    return Upstream.start(script).price(Prices.of("2.5", "10"));
  }

  private static JsonNode last(Upstream upstream) {
    var chats = upstream.chats();
    return chats.getLast().json();
  }

  private static void assertSettled(GatewayBox box) throws Exception {
    JsonNode budget = box.idle().path("budget");
    assertEquals(0, GatewayBox.nanos(budget.path("held_usd")));
    assertTrue(GatewayBox.nanos(budget.path("current_spending_usd")) > 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "422 | {'detail':[{'type':'extra_forbidden','loc':['body','FIELD'],'msg':'Extra inputs are not permitted'}]}",
        "400 | {'error':{'message':'Unrecognized request argument supplied: FIELD','type':'invalid_request_error'}}",
        "400 | unknown field `FIELD`, expected one of `model`, `messages`",
        "400 | {'error':{'message':\"Unsupported parameter: 'FIELD' is not supported with this model.\"}}",
        "400 | {'message':'Additional properties are not allowed (FIELD was unexpected)'}",
      })
  void stream_whoseUsageOptionIsRefused_isSentAgainWithout(int status, String refusal)
      throws Exception {
    try (Upstream upstream =
            upstream(refusing(status, refusal.replace('\'', '"'), Set.of("stream_options")));
        GatewayBox box = GatewayBox.start(config(), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m", "\"stream\":true", "\"max_tokens\":50"));
      assertEquals(200, answer.status(), answer::text);
      assertTrue(answer.text().endsWith("data: [DONE]\n\n"), answer::text);
      assertEquals(2, upstream.chats().size());
      assertFalse(last(upstream).has("stream_options"));
      assertEquals(50, last(upstream).path("max_tokens").asLong());
      assertSettled(box);

      assertEquals(200, Chats.send(box, Chats.body("m", "\"stream\":true")).status());
      assertEquals(3, upstream.chats().size(), "what it taught is remembered");
      assertEquals(0, box.idle().at("/requests/errors").asLong());
    }
  }

  @Test
  void stream_whoseClientAskedForUsage_isSentWithout() throws Exception {
    try (Upstream upstream = upstream(refusing(422, PYDANTIC, Set.of("stream_options")));
        GatewayBox box = GatewayBox.start(config(), upstream)) {
      String body =
          """
          {"stream_options": {"include_usage": true} , "stream":true,"model":"m",
           "messages":[{"role":"user","content":"Hi"}]}\
          """;
      Answer answer = Chats.send(box, body);
      assertEquals(200, answer.status(), answer::text);
      assertFalse(last(upstream).has("stream_options"));
      assertSettled(box);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void limit_whoseFieldIsRefused_isSentInTheOther(boolean streaming) throws Exception {
    try (Upstream upstream =
            upstream(refusing(422, PYDANTIC, Set.of("stream_options", "max_completion_tokens")));
        GatewayBox box = GatewayBox.start(config(), upstream)) {
      String body = Chats.body("m", "\"stream\":" + streaming, "\"max_completion_tokens\" : 40");
      Answer answer = Chats.send(box, body);
      assertEquals(200, answer.status(), answer::text);
      assertEquals(streaming ? 3 : 2, upstream.chats().size());
      assertEquals(40, last(upstream).path("max_tokens").asLong());
      assertFalse(last(upstream).has("max_completion_tokens"));
      assertSettled(box);
      int before = upstream.chats().size();
      assertEquals(200, Chats.send(box, body).status());
      assertEquals(before + 1, upstream.chats().size());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'max_tokens':40,'model':'m','messages':[{'role':'user','content':'Hi'}]} | 40",
        "{'model':'m','messages':[{'role':'user','content':'Hi'}],'max_tokens':40} | 40",
        "{'model':'m','messages':[{'role':'user','content':'Hi'}],'max_tokens':40,'max_completion_tokens':30} | 30",
        "{'max_completion_tokens':30, 'max_tokens':40, 'model':'m','messages':[{'role':'user','content':'Hi'}]} | 30",
        "{'model':'m','messages':[{'role':'user','content':'Hi'}],'stream':true,'stream_options':{'include_usage':true},'max_tokens':null } | 4096",
        "{'model':'m','messages':[{'role':'user','content':'Hi'}],'stream':false,'max_tokens':null , 'stream_options' : null } | 4096",
        "{'stream_options':{},'max_tokens':7,'stream':true,'model':'m','messages':[{'role':'user','content':'Hi'}]} | 7",
      })
  void body_forABackendThatTakesOtherFields_isSentSo(String body, long limit) throws Exception {
    try (Upstream upstream = upstream(refusing(400, "{}", Set.of("stream_options", "max_tokens")));
        GatewayBox box =
            GatewayBox.start(
                config("send_usage_option = false", "max_tokens_field = \"max_completion_tokens\""),
                upstream)) {
      Answer answer = Chats.send(box, body.replace('\'', '"'));
      assertEquals(200, answer.status(), answer::text);
      assertEquals(1, upstream.chats().size());
      JsonNode sent = last(upstream);
      boolean streaming = sent.path("stream").asBoolean();
      if (limit == 4096 && streaming) {
        assertTrue(sent.path("max_completion_tokens").isMissingNode());
      } else {
        assertEquals(limit, sent.path("max_completion_tokens").asLong(), sent::toString);
      }
    }
  }

  @Test
  void openAiModel_thatTakesNoMaxTokens_isSentMaxCompletionTokens() throws Exception {
    String refusal =
        """
        {"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model.\
         Use 'max_completion_tokens' instead.","type":"invalid_request_error",\
        "param":"max_tokens","code":"unsupported_parameter"}}\
        """;
    try (Upstream upstream = upstream(refusing(400, refusal, Set.of("max_tokens")));
        GatewayBox box = GatewayBox.start(config(), upstream)) {
      assertEquals(200, Chats.send(box, Chats.body("m", "\"max_tokens\":40")).status());
      assertEquals(40, last(upstream).path("max_completion_tokens").asLong());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | {\"error\":{\"message\":\"max_tokens is too large: 50. This model supports at most 20\"}}",
        "422 | {\"detail\":\"the prompt is not allowed\"}",
        "403 | {\"error\":\"unknown field max_tokens\"}",
      })
  void refusal_overAnythingElse_isPassedOnAtOnce(int status, String refusal) throws Exception {
    try (Upstream upstream = upstream(request -> UpstreamReply.refuse(status, refusal));
        GatewayBox box = GatewayBox.start(config(), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m", "\"max_tokens\":50", "\"stream\":true"));
      assertEquals(status, answer.status());
      assertEquals(refusal, answer.text());
      assertEquals(1, upstream.chats().size());
      assertEquals(0, GatewayBox.nanos(box.idle().at("/budget/held_usd")));
    }
  }

  @Test
  void refusal_ofBothLimits_isPassedOnAfterEachWasTriedOnce() throws Exception {
    try (Upstream upstream =
            upstream(refusing(422, PYDANTIC, Set.of("max_tokens", "max_completion_tokens")));
        GatewayBox box = GatewayBox.start(config(), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m", "\"max_tokens\":50"));
      assertEquals(422, answer.status());
      assertTrue(answer.text().contains("extra_forbidden"), answer::text);
      assertEquals(2, upstream.chats().size(), upstream.chats()::toString);
      assertEquals(0, GatewayBox.nanos(box.idle().at("/budget/held_usd")));
    }
  }
}
