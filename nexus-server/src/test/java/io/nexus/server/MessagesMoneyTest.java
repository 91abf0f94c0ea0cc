package io.nexus.server;

import static io.nexus.server.MessagesTest.post;
import static io.nexus.server.MessagesTest.spent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cost of messages, which never exceeds a budget. */
@Timeout(60)
class MessagesMoneyTest {

  private static final String PRICES =
      """
      {"m": {"litellm_provider": "anthropic", "mode": "chat",
        "input_cost_per_token": 2.5e-6, "output_cost_per_token": 1e-5,
        "cache_read_input_token_cost": 2.5e-7, "cache_creation_input_token_cost": 3e-6,
        "cache_creation_input_token_cost_above_1hr": 5e-6,
        "input_cost_per_token_priority": 5e-6, "output_cost_per_token_priority": 2e-5,
        "input_cost_per_token_above_200k_tokens": 5e-6,
        "output_cost_per_token_above_200k_tokens": 2e-5,
        "search_context_cost_per_query": {"search_context_size_medium": 0.01}},
       "greater": {"litellm_provider": "anthropic", "mode": "chat",
        "input_cost_per_token": 5e-6, "output_cost_per_token": 2e-5}}
      """;

  @TempDir private static Path folder;

  /** A gateway with prices of all kinds. */
  private static GatewayBox priced(Upstream upstream) throws IOException {
    var file = Files.writeString(folder.resolve("prices.json"), PRICES);
    var config =
        Messages.CONFIG.substring(0, Messages.CONFIG.indexOf("[[pricing]]"))
            + "[pricing_files]\nlitellm = \""
            + file
            + "\"\n";
    return GatewayBox.start(config.replace("monthly_limit = 1", "monthly_limit = 100"), upstream);
  }

  private static Upstream answering(String body) throws IOException {
    return Upstream.start(
        request ->
            request.method().equals("GET")
                ? Messages.models("m")
                : UpstreamReply.json(200, body, UpstreamUsage.of(0, 0)));
  }

  /** Of a usage, the money. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "'input_tokens':100,'output_tokens':10; 350_000",
        "'input_tokens':100,'cache_read_input_tokens':80,'output_tokens':10; 370_000",
        "'input_tokens':100,'cache_creation_input_tokens':50,'output_tokens':10; 500_000",
        "'input_tokens':100,'cache_creation_input_tokens':50,'cache_creation':{'ephemeral_5m_input_tokens':30,'ephemeral_1h_input_tokens':20},'output_tokens':10; 540_000",
        "'input_tokens':100,'output_tokens':10,'service_tier':'priority'; 700_000",
        "'input_tokens':300000,'output_tokens':10; 1_500_200_000",
        "'input_tokens':100000,'cache_read_input_tokens':200000,'output_tokens':10; 600_200_000",
        "'input_tokens':100,'output_tokens':10,'server_tool_use':{'web_search_requests':2,'web_fetch_requests':1}; 20_350_000",
        "'input_tokens':100,'output_tokens':10,'server_tool_use':{'web_search_requests':20}; 30_350_000",
        "'input_tokens':100,'output_tokens':10,'server_tool_use':null,'cache_creation':null; 350_000",
        "'input_tokens':100,'output_tokens':10,'iterations':[{'type':'compaction','input_tokens':300,'output_tokens':20},{'type':'message','input_tokens':100,'output_tokens':10}]; 1_300_000",
        "'input_tokens':100,'output_tokens':20,'iterations':[{'type':'message','model':'m','input_tokens':100,'output_tokens':10},{'type':'fallback_message','model':'greater','input_tokens':100,'output_tokens':20}]; 1_250_000",
        "'input_tokens':100,'output_tokens':10,'iterations':[{'type':'message','model':'m','input_tokens':100,'output_tokens':10},{'type':'advisor_message','model':'greater','input_tokens':300,'output_tokens':20}]; 2_250_000",
        "'input_tokens':100,'output_tokens':10,'iterations':[{'type':'message','model':'m-20260301','input_tokens':100,'output_tokens':10},{'type':'advisor_message','model':null,'input_tokens':300,'output_tokens':20}]; 1_300_000"
      })
  void usage_isRead_byWhatItMeans(String usage, String nanos) throws Exception {
    var body =
        Messages.message("[{'type':'text','text':'Hi'}]", "'end_turn'", "{" + usage + "}")
            .replace('\'', '"');
    try (Upstream upstream = answering(body);
        GatewayBox box = priced(upstream)) {
      var search = "\"tools\":[{\"type\":\"web_search_20250305\",\"max_uses\":3}]";
      var answer = post(box, Messages.PATH, Messages.ask(search));
      assertEquals(200, answer.status(), answer::text);
      assertEquals(Long.parseLong(nanos.replace("_", "")), spent(box.idle()), answer::text);
    }
  }

  private static JsonNode explained(GatewayBox box, String body) throws IOException {
    var answer = post(box, "/v1/explain?api=messages", body);
    assertEquals(200, answer.status(), answer::text);
    return GatewayBox.json(answer);
  }

  /**
   * The least hold of a field, in nano-dollars; the prompt and 500 tokens hold less than 6,000,000.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "'tools':[{'type':'web_search_20250305','name':'web_search','max_uses':3}]; 2_500_000_000",
        "'mcp_servers':[{'type':'url','url':'https://x','name':'n'}]; 2_500_000_000",
        "'container':'c1'; 2_500_000_000",
        "'thread':{'type':'continue','previous_message_id':'msg_1'}; 2_500_000_000",
        "'compaction':{'type':'summarize'}; 2_500_000_000",
        "'tools':[{'type':'advisor_20260301','name':'advisor','model':'m','max_tokens':100,'max_uses':2}]; 2_500_000_000",
        "'fallbacks':[{'model':'m','max_tokens':1000}]; 20_000_000",
        "'context_management':{'edits':[{'type':'compact_20260112'}]}; 2_500_000_000",
        "'system':[{'type':'document','source':{'type':'file','file_id':'f'}}]; 2_500_000_000",
        "'system':[{'type':'document','source':{'type':'url','url':'https://x/y.pdf'}}]; 2_500_000_000",
        "'service_tier':'auto'; 10_000_000",
        "'service_tier':'standard_only'; 5_000_000",
        "'cache_control':{'type':'ephemeral','ttl':'1h'}; 5_000_000"
      })
  void hold_isForAllThatTheBodyAllows(String field, String least) throws Exception {
    try (Upstream upstream = answering("{}");
        GatewayBox box = priced(upstream)) {
      var plain = explained(box, Messages.ask()).at("/candidates/0/hold_usd");
      var held = explained(box, Messages.ask(field.replace('\'', '"')));
      long nanos = GatewayBox.nanos(held.at("/candidates/0/hold_usd"));
      assertTrue(nanos >= Long.parseLong(least.replace("_", "")), held::toPrettyString);
      assertTrue(GatewayBox.nanos(plain) < 6_000_000, plain::toString);
    }
  }

  /** Sealed and binary data are not counted as text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'thinking','thinking':'hm','signature':'@'}",
        "{'type':'redacted_thinking','data':'@'}",
        "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'@'}}",
        "{'type':'web_search_tool_result','tool_use_id':'s','content':[{'type':'web_search_result','encrypted_content':'@'}]}"
      })
  void sealed_isNoText(String block) throws Exception {
    var sealed = "Ab3+".repeat(10_000);
    var blocks = "\"system\":[" + block.replace('\'', '"').replace("@", sealed) + "]";
    try (Upstream upstream = answering("{}");
        GatewayBox box = priced(upstream)) {
      var seen = explained(box, Messages.ask(blocks)).at("/candidates/0");
      long tokens = seen.path("input_tokens").asLong(seen.at("/estimate/input_tokens").asLong());
      assertTrue(tokens < 6_000, seen::toPrettyString);
    }
  }

  @Test
  void thinking_isLoweredWithTheLongestAnswer_orRefused() throws Exception {
    var usage = UpstreamUsage.of(20, 12);
    try (Upstream upstream = Upstream.start(request -> Messages.reply(request, "Hi", usage));
        GatewayBox box =
            GatewayBox.start(
                Messages.CONFIG.replace("monthly_limit = 1", "monthly_limit = 0.1"), upstream)) {
      var thinking = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":31999}";
      var answer = post(box, Messages.PATH, Messages.asking(32_000, thinking));
      assertEquals(200, answer.status(), answer::text);
      var sent = upstream.chats().getFirst().json();
      long most = sent.path("max_tokens").asLong();
      assertTrue(most > 9_000 && most < 10_000, sent::toString);
      assertEquals(most - 1, sent.at("/thinking/budget_tokens").asLong(), sent::toString);
      assertEquals(Long.toString(most), answer.header("X-Nexus-Max-Tokens-Clamped").orElseThrow());

      var half = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":16000}";
      post(box, Messages.PATH, Messages.asking(32_000, half));
      sent = upstream.chats().get(1).json();
      most = sent.path("max_tokens").asLong();
      assertEquals(most / 2, sent.at("/thinking/budget_tokens").asLong(), sent::toString);

      var little = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}";
      post(box, Messages.PATH, Messages.asking(32_000, little));
      assertEquals(1024, upstream.chats().get(2).json().at("/thinking/budget_tokens").asLong());

      var between = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":64000}";
      post(box, Messages.PATH, Messages.asking(32_000, between));
      assertEquals(64_000, upstream.chats().get(3).json().at("/thinking/budget_tokens").asLong());
    }
    try (Upstream upstream = Upstream.start(request -> Messages.reply(request, "Hi", usage));
        GatewayBox box =
            GatewayBox.start(
                Messages.CONFIG.replace("monthly_limit = 1", "monthly_limit = 0.01"), upstream)) {
      var thinking = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":31999}";
      assertEquals(402, post(box, Messages.PATH, Messages.asking(32_000, thinking)).status());
      assertEquals(200, post(box, Messages.PATH, Messages.asking(32_000)).status());
      assertEquals(1, upstream.chats().size());
    }
  }

  @Test
  void toolsOfTheProvider_getALimit_whereABudgetIsToPay() throws Exception {
    var usage = UpstreamUsage.of(20, 12);
    var tools =
        "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"},"
            + "{\"type\":\"web_fetch_20250910\",\"name\":\"web_fetch\",\"max_uses\":null},"
            + "{\"type\":\"web_search_20250305\",\"name\":\"w\",\"max_uses\":2},"
            + "{\"name\":\"own\",\"input_schema\":{\"type\":\"object\"}}]";
    var config = Messages.CONFIG.replace("monthly_limit = 1", "monthly_limit = 100");
    for (boolean limited : List.of(true, false)) {
      var toml = limited ? config : config.substring(config.indexOf("[[backends]]"));
      try (Upstream upstream = Upstream.start(request -> Messages.reply(request, "Hi", usage));
          GatewayBox box = GatewayBox.start(toml, upstream)) {
        var body = Messages.ask(tools);
        assertEquals(200, post(box, Messages.PATH, body).status());
        var expected =
            limited
                ? body.replace("\"web_search\"}", "\"web_search\",\"max_uses\":10}")
                    .replace("null", "10")
                : body;
        assertEquals(expected, upstream.chats().getFirst().text());
      }
    }
  }

  @Test
  void clients_atTheEdgeOfALimit_neverSpendMore() throws Exception {
    try (Upstream upstream =
            Upstream.start(
                    request -> {
                      long most = request.json().path("max_tokens").asLong();
                      return Messages.reply(request, "Hi", UpstreamUsage.of(8, most));
                    })
                .price(Prices.of("2.5", "10"));
        GatewayBox box =
            GatewayBox.start(
                Messages.CONFIG.replace("monthly_limit = 1", "monthly_limit = 0.1"), upstream);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var clients = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 64; i++) {
        Callable<Integer> client = () -> post(box, Messages.PATH, Messages.ask()).status();
        clients.add(threads.submit(client));
      }
      int served = 0;
      for (var client : clients) {
        int status = client.get();
        assertTrue(status == 200 || status == 402, () -> "status " + status);
        served += status == 200 ? 1 : 0;
      }
      long spent = spent(box.idle());
      assertTrue(spent <= 100_000_000 && served >= 15, "spent " + spent + ", served " + served);
      assertEquals(upstream.billNanos(), spent);
    }
  }

  /** Whichever of them a server goes by, the other would be what is paid. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'max_tokens':5",
        "'Max_Tokens':5",
        "'maxTokens':5",
        "'model':'x'",
        "'thinking':{'budget_tokens':1024,'budgetTokens':9}",
        "'thinking':{'budget_tokens':1024,'budget_tokens':9}",
        "'tools':[{'type':'web_search_20250305','max_uses':1,'Max_Uses':9}]",
        "'tools':[{'type':'web_search_20250305','max_uses':0}]",
        "'tools':{}",
        "'stream':'yes'",
        "'speed':'fast','speed':'standard'",
        "'system':[{'type':'text','type':'document'}]",
        "'cache_control':{'ttl':'5m','ttl':'1h'}",
        "'system':7"
      })
  void fields_thatSayTwoThings_areRefusedUnsent(String fields) throws Exception {
    try (Upstream upstream = answering("{}");
        GatewayBox box = GatewayBox.start(Messages.CONFIG, upstream)) {
      var answer = post(box, Messages.PATH, Messages.ask(fields.replace('\'', '"')));
      assertEquals(400, answer.status(), answer::text);
      assertTrue(answer.text().contains("\"invalid_request_error\""), answer::text);
      assertEquals(List.of(), upstream.chats());
    }
  }
}
