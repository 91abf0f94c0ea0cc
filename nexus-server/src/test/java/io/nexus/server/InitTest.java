package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.config.BackendType;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import io.nexus.control.money.Money;
import io.nexus.control.pricing.Providers;
import io.nexus.server.cli.NexusCommand;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.setup.FirstConfig;
import io.nexus.server.setup.LocalServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code nexus init} writes is found out, right, and serves. */
@Timeout(60)
class InitTest {

  private static final Map<String, String> KEYS =
      Map.of(
          "OPENAI_API_KEY", "sk-secret-1",
          "ANTHROPIC_API_KEY", "sk-secret-2",
          "GOOGLE_API_KEY", "sk-secret-3",
          "OPENROUTER_API_KEY", "sk-secret-4",
          "MISTRAL_API_KEY", "",
          "COHERE_API_KEY", "sk-secret-5");

  private static LocalServer at(int port, BackendType type, String owner) {
    return new LocalServer(type.label(), type, port, owner);
  }

  private static FirstConfig found(List<LocalServer> servers, Map<String, String> environment) {
    return FirstConfig.found(servers, Money.usd("7.5"), environment);
  }

  private NexusConfig read(FirstConfig first, Map<String, String> environment) throws Exception {
    var file = Files.writeString(folder.resolve("read.toml"), first.toml());
    return assertInstanceOf(Loaded.class, NexusConfig.load(file, environment)).config();
  }

  @TempDir private Path folder;

  @Test
  void toml_modelServerThatAnswers_isABackendThatServes() throws Exception {
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(3, 1)).models("llama3:8b")) {
      var first = found(List.of(at(upstream.port(), BackendType.OLLAMA, "")), Map.of());
      assertEquals(
          List.of("ollama       answers at " + upstream.url() + " and serves llama3:8b"),
          first.lines());
      try (var box = GatewayBox.of(first.toml()).start()) {
        var answer = Chats.send(box, Chats.body("llama3:8b"));
        assertEquals(200, answer.status(), answer.text());
        assertEquals("ollama", Chats.header(answer, "X-Nexus-Backend"));
        assertEquals("local", Chats.header(answer, "X-Nexus-Backend-Type"));
        assertEquals("7.5", box.stats().at("/budget/monthly_limit_usd").asText());
      }
    }
  }

  @Test
  void toml_keysInTheEnvironment_areBackendsByTheirVariables() throws Exception {
    var first = found(List.of(), KEYS);
    var config = read(first, KEYS);
    var names = new TreeSet<String>();
    config.backends().forEach(backend -> names.add(backend.name()));
    assertEquals(List.of("anthropic", "google", "openai", "openrouter"), List.copyOf(names));
    for (var backend : config.backends()) {
      assertTrue(KEYS.containsKey(backend.apiKey().orElseThrow().place()), backend.name());
    }
    assertFalse(first.toml().contains("sk-secret"), first.toml());
    assertEquals("reject", config.budget().hardLimitAction().label());
  }

  /** Has a value for every name. */
  @SuppressWarnings("serial")
  private static final class AnyKey extends HashMap<String, String> {
    @Override
    public String get(Object name) {
      return "key-of-" + name;
    }

    @Override
    public String getOrDefault(Object name, String otherwise) {
      return get(name);
    }
  }

  @Test
  void toml_keysOfAllKnownProviders_isRight() throws Exception {
    var first = found(List.of(), new AnyKey());
    var config = read(first, new AnyKey());
    assertTrue(config.backends().size() > 15, first::toml);
    for (var backend : config.backends()) {
      var billing =
          Providers.of(backend.provider().orElse(""), backend.type().label(), backend.url());
      assertEquals(backend.name(), billing, "whose prices count");
    }
  }

  @Test
  void found_otherServersAtTheUsualPorts_areNotTakenForModelServers() throws Exception {
    try (var unlike = Upstream.answering("", UpstreamUsage.of(0, 0)).models("m");
        var other = Upstream.answering("", UpstreamUsage.of(0, 0));
        var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      other.modelsReply(UpstreamReply.refuse(404, "no such page"));
      try (var nexus = GatewayBox.start(GatewayBox.ONE_CLOUD, unlike)) {
        var servers =
            List.of(
                at(unlike.port(), BackendType.LLAMACPP, "llamacpp"),
                at(other.port(), BackendType.LMSTUDIO, ""),
                at(silent.getLocalPort(), BackendType.OLLAMA, ""),
                at(nexus.port(), BackendType.VLLM, ""));
        var config = read(found(servers, Map.of()), Map.of());
        assertEquals(1, config.backends().size(), config.backends()::toString);
        assertEquals("local-" + unlike.port(), config.backends().getFirst().name());
        assertEquals(BackendType.GENERIC, config.backends().getFirst().type());
      }
    }
  }

  @Test
  void port_aModelServerHasTheUsualOne_isAnother() {
    var vllm = new LocalServer.Found("vllm", BackendType.VLLM, 8000, List.of("m"));
    var first = new FirstConfig(List.of(vllm), List.of(), FirstConfig.USUAL_LIMIT, Map.of());
    assertEquals(8001, first.port());
  }

  @Test
  void toml_nothingFound_isRightAndHasAnExample() throws Exception {
    var first = found(List.of(), Map.of());
    assertEquals(List.of(), read(first, Map.of()).backends());
    // Each example holds once its marks are taken off.
    var examples = first.toml().replaceAll("(?m)^# (\\[|\"|[a-z_]+ = )", "$1");
    var file = Files.writeString(folder.resolve("examples.toml"), examples);
    var environment = Map.of("OPENAI_API_KEY", "a", "NEXUS_KEY_ALICE", "b", "NEXUS_ADMIN_KEY", "c");
    var loaded = assertInstanceOf(Loaded.class, NexusConfig.load(file, environment));
    assertEquals("openai", loaded.config().backends().getFirst().name());
    assertEquals("alice", loaded.config().keys().getFirst().name());
  }

  @Test
  void init_aFileIsThere_isKeptUnlessForced() throws Exception {
    var file = Files.writeString(folder.resolve("nexus.toml"), "# mine\n");
    var told = new StringWriter();
    assertEquals(2, run(told, "init", file.toString()));
    assertTrue(told.toString().contains("the file exists"), told::toString);
    assertEquals("# mine\n", Files.readString(file));

    assertEquals(0, run(told, "init", "--force", "--limit", "3", file.toString()));
    assertTrue(Files.readString(file).contains("monthly_limit = 3 "), Files.readString(file));
    assertEquals(2, run(told, "init", "--force", "--limit", "-1", file.toString()));
    assertEquals(1, run(told, "init", folder.resolve("none/nexus.toml").toString()));
  }

  private static int run(StringWriter told, String... command) {
    var out = new PrintWriter(told, true);
    return NexusCommand.run(out, out, command);
  }
}
