package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.config.BackendConfig;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import io.nexus.control.budget.Dimension;
import io.nexus.control.routing.Api;
import io.nexus.server.cli.NexusCommand;
import io.nexus.server.litellm.ImportException;
import io.nexus.server.litellm.ProxyImport;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Configurations of a LiteLLM proxy become ones that are right, serve, hold no secret, and say of
 * each line without a counterpart that it has none.
 */
@Timeout(60)
class LiteLlmImportTest {

  private static final Pattern VARIABLE = Pattern.compile("_env\"? = \"([A-Z0-9_]+)\"");

  @TempDir private Path folder;
  private Upstream upstream;

  @BeforeEach
  void listen() throws IOException {
    upstream = Upstream.answering("Hi", UpstreamUsage.of(3, 1));
  }

  @AfterEach
  void close() throws IOException {
    upstream.close();
  }

  private String yaml(String name) throws IOException {
    try (var file = getClass().getResourceAsStream("litellm/" + name + ".yaml")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .replace("$URL", upstream.url())
          .replace("$BASE", upstream.url().replace("/v1", ""));
    }
  }

  private ProxyImport read(String name) throws IOException {
    var made = ProxyImport.of(name + ".yaml", yaml(name), Map.of());
    assertFalse(made.toml().contains("-secret"), made.toml());
    return made;
  }

  /** Every variable that it names is set. */
  private static Map<String, String> environment(ProxyImport made) {
    var environment = new HashMap<String, String>();
    var named = VARIABLE.matcher(made.toml());
    while (named.find()) {
      environment.put(
          named.group(1),
          named.group(1).endsWith("URL") ? "https://hooks.example.com/a" : "key-" + named.group(1));
    }
    return environment;
  }

  private NexusConfig config(ProxyImport made) throws IOException {
    var file = Files.writeString(folder.resolve("nexus.toml"), made.toml());
    return assertInstanceOf(Loaded.class, NexusConfig.load(file, environment(made)), made::toml)
        .config();
  }

  private static List<String> places(ProxyImport made) {
    return made.notes().stream().map(note -> note.line() + " " + note.path()).toList();
  }

  /** The backend that serves a model that a client of the proxy asks for, and the model's name. */
  private String served(ProxyImport made, String model) throws IOException {
    var setup = GatewayBox.of(made.toml());
    environment(made).forEach(setup::with);
    try (var box = setup.start()) {
      var answer = Chats.send(box, Chats.body(model));
      assertEquals(200, answer.status(), answer::text);
      return Chats.header(answer, "X-Nexus-Backend") + " " + Chats.header(answer, "X-Nexus-Model");
    }
  }

  @Test
  void providers_severalBehindOneKey() throws Exception {
    var made = read("providers");
    assertEquals(
        List.of("23 model_list[4].litellm_params.max_tokens", "26 general_settings.master_key"),
        places(made));
    var config = config(made);
    assertEquals("PROXY_MASTER_KEY", config.server().adminKey().place());
    var backends = config.backends();
    assertEquals(4, backends.size(), made::toml);
    assertEquals(List.of("gpt-4o", "gpt-4o-mini"), backends.get(0).models());
    assertEquals("ANTHROPIC_API_KEY", backends.get(1).apiKey().orElseThrow().place());
    assertEquals("GEMINI_API_KEY", backends.get(2).apiKey().orElseThrow().place());
    assertEquals("https://api.groq.com/openai/v1", backends.get(3).url().toString());
    assertEquals("claude-sonnet-4-5", config.routing().aliases().get("sonnet"));
    assertEquals("127-0-0-1 gpt-4o", served(made, "gpt-4o"));
    assertEquals(
        "Bearer key-OPENAI_API_KEY",
        upstream.chats().getFirst().header("Authorization").orElseThrow());
  }

  @Test
  void balanced_deploymentsAliasesAndFallbacks() throws Exception {
    var made = read("balanced");
    assertEquals(
        List.of(
            "3 gpt-4o",
            "8 model_list[0].litellm_params.api_version",
            "13 model_list[0].model_info.base_model",
            "24 model_list[2].litellm_params.weight",
            "28 model_list[3].litellm_params.timeout",
            "36 router_settings.redis_host",
            "37 router_settings.redis_password"),
        places(made));
    var config = config(made);
    assertEquals(3, config.routing().maxRetries());
    assertEquals(46, config.server().requestTimeout().toSeconds());
    assertEquals(4, config.healthCheck().failureThreshold());
    assertEquals(60, config.healthCheck().interval().toSeconds());
    assertEquals(100, config.routing().weights().load());
    assertEquals(
        List.of("gpt-4o-eu", "gpt-4o-us", "claude-haiku-4-5"),
        config.routing().fallbacks().get("gpt-4o"));
    assertEquals("gpt-4o", config.routing().aliases().get("gpt-4"));
    var azure = config.backends().getFirst();
    assertEquals(upstream.url().replace("/v1", "/openai/v1"), azure.url().toString());
    assertEquals("azure", azure.provider().orElseThrow());
    assertEquals(1, azure.priority());
    assertTrue(
        made.toml().contains("requests_per_minute = 60\ntokens_per_minute = 100000\n"), made::toml);
    assertEquals(
        "https://us.openai.azure.com/openai/v1", config.backends().get(1).url().toString());
    assertEquals(20, config.backends().get(2).maxConcurrent());
    assertEquals("azure gpt-4o-eu", served(made, "gpt-4o-eu"));
  }

  @Test
  void groups_ofOneModel_areSaidToShareItsBackends() throws Exception {
    var made =
        ProxyImport.of(
            "c",
            """
            model_list:
              - model_name: gpt-4o
                litellm_params: {model: openai/gpt-4o}
              - model_name: az
                litellm_params: {model: azure/gpt-4o, api_base: "https://x.openai.azure.com"}
              - model_name: claude
                litellm_params: {model: anthropic/claude-sonnet-4-5}
              - model_name: sonnet
                litellm_params: {model: anthropic/claude-sonnet-4-5}
            router_settings:
              fallbacks: [{"gpt-4o": ["claude"]}]
            """,
            Map.of());
    assertEquals(List.of("2 gpt-4o", "4 az", "4 az"), places(made));
    var said = made.notes().stream().map(ProxyImport.Note::text).toList();
    assertTrue(said.get(0).contains("the backend 'azure' of line 4 too"), said::toString);
    assertTrue(said.get(1).contains("the backend 'openai' of line 2 too"), said::toString);
    assertTrue(said.get(2).contains("falls back to claude-sonnet-4-5 too"), said::toString);
  }

  @Test
  void own_serversAndPrices() throws Exception {
    var made = read("own");
    assertEquals(
        List.of(
            "21 model_list[2].litellm_params.api_key",
            "25 model_list[3].litellm_params.stream_timeout",
            "28 litellm_settings.drop_params"),
        places(made));
    var config = config(made);
    for (var backend : config.backends()) {
      assertEquals("local", backend.location().label(), backend.name());
      assertTrue(backend.apiKey().isEmpty(), backend.name());
    }
    assertEquals("http://gpu.internal:8000/v1", config.backends().get(1).url().toString());
    var price = config.pricing().getFirst();
    assertEquals("Qwen/Qwen3-32B", price.model());
    assertEquals(40960L, price.contextWindow().orElseThrow());
    assertTrue(made.toml().contains("input = 0.2\noutput = 0.6\n"), made::toml);
    assertEquals(0, config.routing().maxRetries());
    assertEquals(600, config.server().requestTimeout().toSeconds());
    assertEquals(List.of("llama3:8b"), config.routing().fallbacks().get("phi-4"));
    assertEquals("ollama llama3:8b", served(made, "llama"));
  }

  @Test
  void budgets_ofAllProvidersTagsAndDeployments() throws Exception {
    var made = read("budgets");
    assertEquals(
        List.of(
            "27 litellm_settings.max_end_user_budget",
            "28 litellm_settings.cache",
            "29 litellm_settings.cache_params",
            "31 litellm_settings.success_callback",
            "34 general_settings.master_key",
            "34 general_settings.master_key",
            "35 general_settings.database_url",
            "36 general_settings.alerting"),
        places(made));
    var config = config(made);
    assertEquals("250", config.budget().limit().orElseThrow().toString());
    var budgets =
        config.budgets().stream()
            .map(
                budget ->
                    budget.name()
                        + " "
                        + budget.limit().orElseThrow()
                        + " "
                        + budget.match().values().stream().sorted().toList())
            .toList();
    assertEquals(
        List.of(
            "gpt-4o-mini-at-127-0-0-1 5.5 [127-0-0-1, gpt-4o-mini]",
            "provider-anthropic 100 [anthropic]",
            "tag-team-search 0.25 [team:search]",
            "each-user 10 []",
            "each-user-2 0.5 []"),
        budgets);
    assertTrue(
        made.toml()
            .contains("window = \"monthly\"\nhard_limit_action = \"reject\"\nper = \"user\""),
        made::toml);
    assertEquals("NEXUS_ADMIN_KEY", config.server().adminKey().place());
    assertTrue(made.toml().contains("name = \"everything\"\nparallel = 40\n"), made::toml);
    assertEquals("slack", config.alerts().getFirst().name());
    assertEquals("127-0-0-1 gpt-4o-mini", served(made, "gpt-4o-mini"));
  }

  @Test
  void mixed_sharedPartsWildcardsAndWhatIsNotServed() throws Exception {
    var made = read("mixed");
    assertEquals(
        List.of(
            "2 defaults",
            "4 model_list[1].litellm_params.api_key",
            "4 model_list[2].litellm_params.api_key",
            "14 fast",
            "18 faster",
            "24 model_list[3].litellm_params.model",
            "28 model_list[4].litellm_params.model",
            "40 router_settings.model_group_alias.quick.hidden",
            "43 fallbacks.fast",
            "44 litellm_settings.context_window_fallbacks",
            "46 environment_variables",
            "49 guardrails"),
        places(made));
    var config = config(made);
    assertEquals(2, config.backends().size(), made::toml);
    assertEquals(List.of(), config.backends().get(0).models());
    assertEquals(List.of("gpt-4.1-nano", "gpt-4.1-mini"), config.backends().get(1).models());
    assertEquals("fast", config.routing().aliases().get("quick"));
    assertEquals(List.of("gpt-4.1-mini"), config.routing().fallbacks().get("gpt-4.1-nano"));
    assertEquals("127-0-0-1 gpt-4.1-nano", served(made, "quick"));
    assertEquals("key-EXTRA_TOKEN", upstream.chats().getFirst().header("X-Token").orElseThrow());
    assertEquals("search", upstream.chats().getFirst().header("X-Team").orElseThrow());
  }

  @Test
  void modes_thatAreNoChatAndLongPrompts() throws Exception {
    var made = read("modes");
    assertEquals(
        List.of(
            "7 model_list[0].litellm_params.api_key",
            "22 model_list[3].model_info.mode",
            "27 model_list[4].litellm_params.api_key",
            "31 model_list[4].litellm_params.output_cost_per_token_above_128k_tokens",
            "34 litellm_settings.callbacks"),
        places(made));
    var config = config(made);
    var apis = config.backends().stream().map(BackendConfig::apis).toList();
    assertTrue(apis.get(0).containsAll(Set.of(Api.CHAT, Api.RERANK)), made::toml);
    assertTrue(apis.get(1).contains(Api.RERANK), made::toml);
    assertEquals("https://api.cohere.com/v2", config.backends().get(1).url().toString());
    assertFalse(made.toml().contains("whisper-1\"]\napis"), made::toml);
    assertTrue(
        made.toml()
            .contains("long_prompt_above = 200000\nlong_prompt_input = 3\nlong_prompt_output = 2"),
        made::toml);
    assertEquals("product:chat", config.budgets().getFirst().match().get(Dimension.TAG));
    upstream.script(
        _ -> UpstreamReply.json(200, "{\"results\":[],\"meta\":{}}", UpstreamUsage.of(0, 0)));
    var setup = GatewayBox.of(made.toml());
    environment(made).forEach(setup::with);
    try (var box = setup.start();
        var client = box.connect()) {
      var body = "{\"model\":\"order\",\"query\":\"q\",\"documents\":[\"a\",\"b\"]}";
      var answer = client.post("/v1/rerank", body);
      assertEquals(200, answer.status(), answer::text);
      assertEquals("bge-reranker", Chats.header(answer, "X-Nexus-Model"));
    }
  }

  @Test
  void command_writesTheFile_andTellsTheLines() throws Exception {
    var yaml = Files.writeString(folder.resolve("config.yaml"), yaml("mixed"));
    var toml = folder.resolve("made.toml");
    var told = new StringWriter();
    assertEquals(
        0, run(told, "import", "litellm", yaml.toString(), "-o", toml.toString()), told::toString);
    assertTrue(
        told.toString().contains(yaml + ":49: guardrails: has no counterpart\n"), told::toString);
    assertTrue(told.toString().contains("Next: nexus check --config " + toml), told::toString);
    assertFalse(told.toString().contains("-secret"), told::toString);
    var first = Files.readString(toml);
    assertEquals(2, run(told, "import", "litellm", yaml.toString(), "-o", toml.toString()));
    assertEquals(first, Files.readString(toml));
    assertEquals(2, run(told, "import", "litellm", folder.resolve("none").toString()));
  }

  @Test
  void of_noYaml_saysTheLineAndQuotesNothing() {
    for (var text : List.of("a: [1\nb: 'sk-x", "- a", "a: &a [*a]", "a: 1\n\tb: 2", "key: *none")) {
      var problem =
          assertThrows(ImportException.class, () -> ProxyImport.of("c", text, Map.of()), text);
      assertTrue(problem.line() >= 1, text);
      assertFalse(String.valueOf(problem.getMessage()).contains("sk-x"), problem.getMessage());
    }
    for (var nothing : List.of("", "\n", "# model_list:\n")) {
      assertThrows(ImportException.class, () -> ProxyImport.of("c", nothing, Map.of()));
    }
    assertEquals(List.of("1 model_list"), places(ProxyImport.of("c", "model_list: []", Map.of())));
  }

  private static int run(StringWriter told, String... command) {
    var out = new PrintWriter(told, true);
    return NexusCommand.run(out, out, command);
  }
}
