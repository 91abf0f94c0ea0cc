package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every route of the launched gateway, as users have it. */
class RoutesIT {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final String APP = "Authorization: Bearer nx-app";

  @TempDir private static Path temp;
  private static Upstream upstream;
  private static LaunchedGateway gateway;

  private record Operation(String method, String path) {}

  @BeforeAll
  static void start() throws Exception {
    upstream = Upstream.answering("Hello", UpstreamUsage.of(10, 5)).models("m");
    upstream.price(Prices.of("2.5", "10"));
    var toml =
        """
        [budget]
        monthly_limit = 100
        [[keys]]
        name = "app"
        key_env = "APP_KEY"
        """
            + GatewayBox.ONE_CLOUD.replace("{0}", upstream.url());
    gateway =
        LaunchedGateway.start(
            temp.resolve("run"), toml, Map.of("APP_KEY", "nx-app", "NEXUS_ADMIN_KEY", "nx-admin"));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  private static List<Operation> operations() throws IOException {
    var operations = new ArrayList<Operation>();
    for (var path : gateway.json("/openapi.json").path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        var name = path.getKey().contains("/keys/") ? "nobody" : "global";
        operations.add(
            new Operation(
                operation.getKey().toUpperCase(Locale.ROOT),
                path.getKey().replace("{name}", name).replaceAll("\\{[a-z]+}", "m")));
      }
    }
    return operations;
  }

  private static RawHttp.Answer ask(String method, String path, String body, String... headers)
      throws IOException {
    try (var connection = RawHttp.connect(gateway.port())) {
      connection.request(method, path, body, headers);
      var head = connection.head();
      // The stream of events does not end.
      boolean ends = !head.header("Content-Type").orElse("").startsWith("text/event-stream");
      return new RawHttp.Answer(head, ends ? connection.body() : new byte[0]);
    }
  }

  @Test
  void everyRoute_anyKeyAndBody_neverFailsWithin() throws Exception {
    var operations = operations();
    assertTrue(operations.size() > 15, operations.toString());
    for (var operation : operations) {
      for (var headers : new String[][] {{ADMIN}, {APP}, {}, {"x-api-key: nx-admin"}}) {
        for (var body : new String[] {"", "{}", "[", GatewayBox.ask()}) {
          boolean takesBody = !operation.method().equals("GET");
          var answer = ask(operation.method(), operation.path(), takesBody ? body : "", headers);
          // The one backend of this gateway does not serve every API.
          boolean isFine = answer.status() < 500 || answer.text().contains("\"no_backend\"");
          assertTrue(isFine, operation + ": " + answer.text());
        }
      }
    }
    assertFalse(gateway.log().contains("failed within"), gateway.log());
  }

  @Test
  void everyRoute_otherMethod_isTold() throws Exception {
    for (var operation : operations()) {
      var answer = ask("PROPFIND", operation.path(), "", ADMIN);
      assertEquals(405, answer.status(), operation + ": " + answer.text());
      assertTrue(answer.header("Allow").orElse("").contains(operation.method()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/spend, 200",
    "/v1/spend?by=day, 200",
    "/v1/spend?by=model&since=7d, 200",
    "/v1/spend?by=key&since=2026-11-01&until=2026-12-01, 200",
    "/v1/spend?by=%6dodel, 200",
    "/v1/spend?by=nothing, 400",
    "/v1/spend?by, 400",
    "/v1/spend?since=yesterday-ish, 400",
    "/v1/spend?until=2000-01-01&since=2026-01-01, 400",
    "/v1/spend?colour=red, 400",
    "/admin/v1/changes, 200",
    "/admin/v1/changes?limit=5, 200",
    "/admin/v1/changes?limit=0, 400",
    "/admin/v1/changes?limit=many, 400",
    "/admin/v1/changes?limit, 400",
    "/v1/models?limit=1, 200",
    "/v1/stats?x=%00, 200",
    "/nowhere?x=y, 404",
  })
  void route_query_isRead(String path, int status) throws Exception {
    var answer = ask("GET", path, "", ADMIN.replace("nx-admin", keyFor(path)));
    assertEquals(status, answer.status(), answer.text());
    JsonNode json = GatewayBox.json(answer);
    assertEquals(status >= 400, json.has("error"), answer.text());
  }

  private static String keyFor(String path) {
    return path.startsWith("/admin") || path.startsWith("/v1/spend") ? "nx-admin" : "nx-app";
  }

  @Test
  void changes_afterOne_showIt() throws Exception {
    var changed = ask("PATCH", "/admin/v1/budgets/global", "{\"limit\":50}", ADMIN);
    assertEquals(200, changed.status(), changed.text());
    var latest = gateway.json("/admin/v1/changes?limit=1", ADMIN).path("data").path(0);
    assertEquals("global", latest.path("target").asText(), latest.toString());
  }
}
