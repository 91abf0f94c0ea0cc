package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.settings.FileWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are kept in files are rotated while the gateway runs. */
@Timeout(90)
class SecretFilesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private String config() {
    return """
    [[keys]]
    name = "app"
    key_file = "%1$s/client"
    [[backends]]
    name = "cloud"
    type = "generic"
    location = "cloud"
    url = "{0}"
    models = ["m"]
    api_key_file = "%1$s/upstream"
    headers = { "X-Org_file" = "%1$s/org" }
    """
        .formatted(folder);
  }

  /** As a mounted secret is swapped. */
  private void write(String name, String content) throws IOException {
    var next = Files.writeString(folder.resolve(name + ".next"), content);
    Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertTrue(System.nanoTime() < end, "it did not come about");
      Thread.sleep(20);
    }
  }

  private static int ask(GatewayBox box, String key) throws IOException {
    try (var client = RawHttp.connect(box.port())) {
      return client
          .post(GatewayBox.CHAT, GatewayBox.ask(), "Authorization: Bearer " + key)
          .status();
    }
  }

  @Test
  void files_withOtherContent_areReadAnewByThemselves() throws Exception {
    write("client", "client-one\n");
    write("upstream", "upstream-one");
    write("org", "org-one");
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        var box = GatewayBox.of(config(), upstream).start();
        var watch =
            FileWatch.ofConfiguration(
                List.of(),
                box.gateway()::configuration,
                () -> box.gateway().reload().secrets(box.gateway().configuration(), "test"))) {
      watch.start();
      assertEquals(200, ask(box, "client-one"));
      write("client", "client-two");
      await(() -> ask(box, "client-two") == 200);
      assertEquals(401, ask(box, "client-one"));

      // Neither is there yet, and what was in force stays so.
      Files.writeString(folder.resolve("upstream"), "");
      write("org", "org-two");
      assertEquals(200, ask(box, "client-two"));
      assertEquals(
          "Bearer upstream-one", upstream.chats().getLast().header("Authorization").orElseThrow());
      write("upstream", "upstream-two");
      await(
          () ->
              ask(box, "client-two") == 200
                  && upstream
                      .chats()
                      .getLast()
                      .header("Authorization")
                      .orElseThrow()
                      .equals("Bearer upstream-two"));
      assertEquals("org-two", upstream.chats().getLast().header("X-Org").orElseThrow());
    }
  }
}
