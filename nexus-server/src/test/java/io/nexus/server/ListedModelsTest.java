package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
          List.of("large"),
          ids(box, "/v1/models", "id", "x-api-key: nx-a", "anthropic-version: 2023-06-01"));
      assertEquals(
          List.of(),
          ids(box, "/v1/models", "id", "x-api-key: nx-f", "anthropic-version: 2023-06-01"));
      assertEquals(
          List.of("models/large"), ids(box, "/v1beta/models", "name", "x-goog-api-key: nx-a"));
    }
  }
}
