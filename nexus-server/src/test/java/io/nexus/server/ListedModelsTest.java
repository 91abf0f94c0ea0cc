package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client's list has its allowed models, by all of their names. */
@Timeout(30)
class ListedModelsTest {

  private static final String CONFIG =
      """
      [[keys]]
      name = "all"
      key_env = "ALL"
      [[keys]]
      name = "few"
      key_env = "FEW"
      models = ["small", "quick*"]
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["large", "small", "secret"]
      apis = ["chat", "messages", "gemini"]
      [[backends]]
      name = "own"
      type = "ollama"
      url = "{0}"
      tier = 2
      models = ["small", "tiny"]
      [routing.aliases]
      quick = "tiny"
      quickest = "quick"
      hidden = "secret"
      lost = "none"
      [[routing.policies]]
      model_pattern = "secret"
      privacy = "restricted"
      [[routing.policies]]
      model_pattern = "large"
      min_tier = 2
      [[routing.policies]]
      model_pattern = "small"
      privacy = "restricted"
      """;

  private static List<String> ids(GatewayBox box, String path, String id, String... headers)
      throws Exception {
    try (var client = RawHttp.connect(box.port())) {
      var ids = new ArrayList<String>();
      var answer = GatewayBox.json(client.get(path, headers));
      var list = answer.has("data") ? answer.path("data") : answer.path("models");
      list.forEach(model -> ids.add(model.path(id).asText()));
      return ids;
    }
  }

  private static int status(GatewayBox box, String model, String key) throws Exception {
    try (var client = RawHttp.connect(box.port())) {
      return client.get("/v1/models/" + model, "Authorization: Bearer " + key).status();
    }
  }

  @Test
  void models_ofEachKey_areThoseThatItMayAskFor() throws Exception {
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        var box = GatewayBox.of(CONFIG, upstream).with("ALL", "nx-a").with("FEW", "nx-f").start()) {
      assertEquals(
          List.of("quick", "quickest", "small", "tiny"),
          ids(box, "/v1/models", "id", "Authorization: Bearer nx-a"));
      assertEquals(
          List.of("quick", "quickest", "small"),
          ids(box, "/v1/models", "id", "Authorization: Bearer nx-f"));
      assertEquals(200, status(box, "quickest", "nx-a"));
      assertEquals(404, status(box, "hidden", "nx-a"), "an alias is no way around a policy");
      assertEquals(404, status(box, "secret", "nx-a"));
      assertEquals(404, status(box, "lost", "nx-a"));
      assertEquals(404, status(box, "tiny", "nx-f"));
    }
  }

  @Test
  void models_inOtherForms_areLikewise() throws Exception {
    var open = CONFIG.replace("min_tier = 2", "min_tier = 1");
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        var box = GatewayBox.of(open, upstream).with("ALL", "nx-a").with("FEW", "nx-f").start()) {
      assertEquals(
          List.of("large", "quick", "quickest", "small", "tiny"),
          ids(box, "/v1/models", "id", "x-api-key: nx-a", "anthropic-version: 2023-06-01"));
      assertEquals(
          List.of("quick", "quickest", "small"),
          ids(box, "/v1/models", "id", "x-api-key: nx-f", "anthropic-version: 2023-06-01"));
      assertEquals(
          List.of("models/large"), ids(box, "/v1beta/models", "name", "x-goog-api-key: nx-a"));
    }
  }

  /** Each of them answers a message, though none of the backends speaks that API. */
  @Test
  void models_ofAnthropicsForm_areThoseThatAnswerMessages() throws Exception {
    var config =
        """
        [[backends]]
        name = "own"
        type = "generic"
        location = "local"
        url = "{0}"
        models = ["small", "tiny", "my-embedder"]
        apis = ["chat", "embeddings"]
        [[backends]]
        name = "other"
        type = "generic"
        location = "local"
        url = "{0}"
        models = ["old"]
        apis = ["completions"]
        """;
    var version = "anthropic-version: 2023-06-01";
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        var box = GatewayBox.of(config, upstream).start();
        var client = RawHttp.connect(box.port())) {
      assertEquals(List.of("small", "tiny"), ids(box, "/v1/models", "id", version));
      assertEquals(200, client.get("/v1/models/small", version).status());
      assertEquals(404, client.get("/v1/models/my-embedder", version).status());
      assertEquals(404, client.get("/v1/models/old", version).status());
      var ask = Messages.ask().replace("\"m\"", "\"small\"");
      assertEquals(200, client.post(Messages.PATH, ask, version).status());
    }
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "limit=1 | a | true",
        "limit=1&after_id=a | b | true",
        "limit=1&after_id=c | d | false",
        "limit=2&before_id=d | b,c | true",
        "limit=2&before_id=c | a,b | false",
        "limit=1000 | a,b,c,d | false",
        "after_id=d | '' | false",
      },
      delimiter = '|')
  void models_ofAnthropicsForm_havePages(String query, String names, boolean more)
      throws Exception {
    var config =
        """
        [[backends]]
        name = "cloud"
        type = "anthropic"
        url = "{0}"
        models = ["a", "b", "c", "d"]
        """;
    var version = "anthropic-version: 2023-06-01";
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        var box = GatewayBox.of(config, upstream).start();
        var client = RawHttp.connect(box.port())) {
      var list = GatewayBox.json(client.get("/v1/models?" + query, version));
      var ids = new ArrayList<String>();
      list.path("data").forEach(model -> ids.add(model.path("id").asText()));
      assertEquals(names, String.join(",", ids));
      assertEquals(more, list.path("has_more").asBoolean());
      assertEquals(ids.isEmpty() ? "null" : ids.getFirst(), list.path("first_id").asText());
      assertEquals(ids.isEmpty() ? "null" : ids.getLast(), list.path("last_id").asText());
      var refused = client.get("/v1/models?limit=1001", version);
      assertEquals(400, refused.status());
      assertEquals("invalid_request_error", GatewayBox.json(refused).at("/error/type").asText());
    }
  }
}
