package io.nexus.server.demo;

import io.nexus.control.money.ModelPricing;
import io.nexus.server.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;

/**
 * A short run of a gateway in front of a simulated backend, from which the JVM records the classes
 * that a start and a request need, and their linking. The record goes into the launcher's cache;
 * see <a href="https://openjdk.org/jeps/514">JEP 514</a>.
 *
 * <p>It exercises the paths of real requests: whole answers and streams of each API, refusals,
 * every page.
 */
public final class Rehearsal {

  private static final String MODEL = "gpt-4o";
  private static final String KEY = "sk-rehearsal";

  private final Path parent;
  private final int rounds;
  private final Function<Path, Gateway> start;

  /** The APIs of clients, coding agents included. */
  private enum Api {
    CHAT(
        "/v1/chat/completions",
        """
        {"model":"%s","stream":%b,"max_tokens":64,"temperature":0.5,
         "messages":[{"role":"system","content":"You rehearse."},
          {"role":"user","content":"To be, or not to be, that is the question: \\"wie schön\\"!"}]}
        """),
    MESSAGES(
        "/v1/messages",
        """
        {"model":"%s","stream":%b,"max_tokens":64,"system":[{"type":"text","text":"You rehearse."}],
         "tools":[{"name":"read","description":"Reads a file.",
          "input_schema":{"type":"object","properties":{"path":{"type":"string"}}}}],
         "messages":[{"role":"user","content":[{"type":"text","text":"Whether 'tis nobler?"}]}]}
        """),
    RESPONSES(
        "/v1/responses",
        """
        {"model":"%s","stream":%b,"max_output_tokens":64,"instructions":"You rehearse.",
         "tools":[{"type":"function","name":"read","description":"Reads a file.",
          "parameters":{"type":"object","properties":{"path":{"type":"string"}}}}],
         "input":[{"role":"user","content":[{"type":"input_text","text":"To sleep, perchance?"}]}]}
        """);

    private final String path;
    private final String body;

    Api(String path, String body) {
      this.path = path;
      this.body = body;
    }
  }

  /**
   * Creates a rehearsal.
   *
   * @param parent the parent of its temporary folder
   * @param rounds the number of requests of each kind
   * @param start starts a gateway from a configuration file
   */
  public Rehearsal(Path parent, int rounds, Function<Path, Gateway> start) {
    this.parent = parent;
    this.rounds = rounds;
    this.start = start;
  }

  /**
   * Starts a gateway with either ledger, makes all requests, and stops it.
   *
   * @throws IOException if an answer is wrong, or a file cannot be written
   */
  public void run() throws IOException {
    var folder = Files.createTempDirectory(parent, "nexus-rehearsal");
    try (var backend = SimulatedBackend.start(Map.of(MODEL, ModelPricing.FREE), Duration.ZERO)) {
      for (var ledger : List.of("jdbc:sqlite:" + folder.resolve("ledger.db"), "memory")) {
        run(start.apply(configuration(folder, backend, ledger)));
      }
    } finally {
      delete(folder);
    }
  }

  private void run(Gateway started) throws IOException {
    try (var gateway = started;
        var client = HttpClients.createMinimal()) {
      var url = "http://127.0.0.1:" + gateway.port();
      for (int round = 0; round < rounds; round++) {
        for (var api : Api.values()) {
          ask(client, url, api, false);
          ask(client, url, api, true);
        }
      }
      for (int round = 0; round < Math.min(rounds, 10); round++) {
        expect(client, refused(url), 401);
        for (var page : List.of("/v1/stats", "/metrics", "/v1/models", "/health/ready")) {
          expect(client, withKey(new HttpGet(url + page)), 200);
        }
      }
    }
  }

  private static void ask(CloseableHttpClient client, String url, Api api, boolean stream)
      throws IOException {
    var post = new HttpPost(url + api.path);
    post.setEntity(body(api, stream));
    expect(client, withKey(post), 200);
  }

  private static HttpPost refused(String url) {
    var post = new HttpPost(url + Api.CHAT.path);
    post.setEntity(body(Api.CHAT, false));
    return post;
  }

  private static StringEntity body(Api api, boolean stream) {
    return new StringEntity(api.body.formatted(MODEL, stream), ContentType.APPLICATION_JSON);
  }

  private static <T extends ClassicHttpRequest> T withKey(T request) {
    request.setHeader("Authorization", "Bearer " + KEY);
    return request;
  }

  private static void expect(CloseableHttpClient client, ClassicHttpRequest request, int status)
      throws IOException {
    client.execute(
        request,
        response -> {
          var text = EntityUtils.toString(response.getEntity());
          if (response.getCode() != status || (status == 200 && text.isEmpty())) {
            throw new IOException(
                "%s answered with status %d instead of %d: %s"
                    .formatted(request.getRequestUri(), response.getCode(), status, text));
          }
          return text;
        });
  }

  private static Path configuration(Path folder, SimulatedBackend backend, String ledger)
      throws IOException {
    var key = folder.resolve("key");
    Files.writeString(key, KEY);
    var file = folder.resolve("nexus.toml");
    Files.writeString(
        file,
        """
        [server]
        host = "127.0.0.1"
        port = 0

        [budget]
        monthly_limit = 1000.00
        hard_limit_action = "local-only"

        [[budgets]]
        name = "rehearsal"
        match = { model = "gpt-*" }
        limit = 1000.00
        window = "daily"

        [[keys]]
        name = "rehearsal"
        key_file = "%s"

        [[backends]]
        name = "simulated"
        url = "%s"
        type = "generic"
        location = "cloud"
        models = ["%s"]
        apis = ["chat", "messages", "responses"]

        [[pricing]]
        model = "%s"
        input = 2.50
        output = 10.00

        [ledger]
        url = "%s"
        """
            .formatted(key, backend.url(), MODEL, MODEL, ledger));
    return file;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
