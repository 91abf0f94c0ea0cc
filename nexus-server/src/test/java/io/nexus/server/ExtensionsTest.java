package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A third party's reconciler, from its sources to the route that it changes. */
class ExtensionsTest {

  private static final String CONFIG =
      GatewayBox.ONE_CLOUD
          + """
          [[backends]]
          name = "second"
          type = "generic"
          location = "cloud"
          url = "{1}"
          models = ["m"]
          priority = 900
          [routing]
          strategy = "priority_only"
          """;
  private static final UpstreamUsage USAGE = UpstreamUsage.of(10, 5);

  @TempDir private Path folder;
  @TempDir private Path work;

  @Test
  void reconciler_droppedInTheFolder_changesTheRoute() throws Exception {
    install(
        "return intent.exclude(name(), c -> c.backend().name().equals(\"cloud\"), \"not today\");",
        false);
    assertTrue(Extensions.installedAnd(folder).ofOthers());
    assertFalse(Extensions.installed().ofOthers());
    try (Upstream first = Upstream.answering("one", USAGE);
        Upstream second = Upstream.answering("two", USAGE);
        GatewayBox plain = GatewayBox.start(CONFIG, first, second);
        GatewayBox extended =
            GatewayBox.of(CONFIG, first, second).with(Extensions.installedAnd(folder)).start()) {
      assertEquals("cloud", backend(plain.connect().post(CHAT, ask())));
      RawHttp client = extended.connect();
      assertEquals("second", backend(client.post(CHAT, ask())));
      var why = GatewayBox.json(client.post("/v1/explain", ask())).path("excluded").path(0);
      assertEquals("third-party", why.path("reconciler").asText());
      assertEquals("not today", why.path("reason").asText());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "throw new IllegalStateException(intent.resolvedModel());",
        "throw new StackOverflowError();",
        "return null;",
        "var before = first; first = intent; return before == null ? intent : before;",
      })
  void reconciler_thatMisbehaves_isPassedOverAndCounted(String body) throws Exception {
    install(body, false);
    try (LogCapture log = LogCapture.open();
        Upstream first = Upstream.answering("one", USAGE);
        Upstream second = Upstream.answering("two", USAGE);
        GatewayBox box =
            GatewayBox.of(CONFIG, first, second).with(Extensions.installedAnd(folder)).start()) {
      RawHttp client = box.connect();
      for (int i = 0; i < 3; i++) {
        assertEquals("cloud", backend(client.post(CHAT, ask())));
      }
      assertTrue(log.count("third-party") >= 2, log::text);
      String page = client.get("/metrics").text();
      assertTrue(page.contains("nexus_budget_errors_total{reason=\"reconciler\"}"), page);
    }
  }

  @Test
  void guard_thatFails_leavesNoCandidate() throws Exception {
    install("throw new IllegalStateException();", true);
    try (Upstream first = Upstream.answering("one", USAGE);
        Upstream second = Upstream.answering("two", USAGE);
        GatewayBox box =
            GatewayBox.of(CONFIG, first, second).with(Extensions.installedAnd(folder)).start()) {
      Answer answer = box.connect().post(CHAT, ask());
      assertEquals(503, answer.status(), answer::text);
      var error = GatewayBox.json(answer).path("error");
      assertEquals("no_backend", error.path("code").asText());
      assertEquals(2, error.path("reasons").size(), answer::text);
      assertTrue(first.chats().isEmpty() && second.chats().isEmpty());
    }
  }

  @Test
  void installedAnd_noSuchFolderOrABrokenJar_saysSo() throws Exception {
    Path none = folder.resolve("none");
    var missing = assertThrows(StartException.class, () -> Extensions.installedAnd(none));
    assertTrue(String.valueOf(missing.getMessage()).contains(none.toString()));
    Files.writeString(folder.resolve("broken.jar"), "not a jar");
    assertThrows(StartException.class, () -> Extensions.installedAnd(folder));
  }

  private static String backend(Answer answer) {
    assertEquals(200, answer.status(), answer::text);
    return answer.header("X-Nexus-Backend").orElseThrow();
  }

  /** Installs a reconciler with that body. */
  private void install(String reconcile, boolean guard) throws Exception {
    ThirdParty.install(
        work,
        folder,
        """
        package third.party;
        import io.nexus.control.routing.RoutingIntent;
        import io.nexus.control.spi.Reconciler;
        public final class Extension implements Reconciler {
          private volatile RoutingIntent first;
          public String name() { return "third-party"; }
          public boolean guard() { return %s; }
          public RoutingIntent reconcile(RoutingIntent intent) { %s }
        }
        """
            .formatted(guard, reconcile));
  }
}
