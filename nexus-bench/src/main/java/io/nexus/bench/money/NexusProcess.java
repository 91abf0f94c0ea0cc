package io.nexus.bench.money;

import io.nexus.bench.load.Workspace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One {@code nexus serve}. */
final class NexusProcess implements AutoCloseable {

  private static final String ADMIN_VARIABLE = "NEXUS_MONEY_ADMIN_KEY";
  private static final String ADMIN_KEY = "money-admin-key";
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final List<String> command;
  private final Path folder;
  private final int port;
  private Process process;

  private NexusProcess(List<String> command, Path folder, int port, Process process) {
    this.command = command;
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /** Starts one, and waits until it is ready. */
  static NexusProcess start(String command, Path folder, int mockPort, String ledger)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port = Workspace.freePort();
    var file = folder.resolve("nexus.toml");
    Files.writeString(file, configuration(port, mockPort, ledger, folder));
    var words = new ArrayList<>(Arrays.asList(command.strip().split("\\s+")));
    words.addAll(List.of("--config", file.toString()));
    var nexus = new NexusProcess(words, folder, port, run(words, folder));
    nexus.awaitReady();
    return nexus;
  }

  private static Process run(List<String> command, Path folder) throws IOException {
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("nexus.log").toFile()));
    builder.environment().put(ADMIN_VARIABLE, ADMIN_KEY);
    var process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  private static String configuration(int port, int mockPort, String ledger, Path folder) {
    var toml = new StringBuilder();
    toml.append(
        """
        [server]
        host = "127.0.0.1"
        port = %d
        admin_key_env = "%s"

        [budget]
        monthly_limit = 1000000
        hard_limit_action = "reject"
        on_error = "closed"

        # Every failure here is meant: none shall keep the next scenario's requests away.
        [health_check]
        failure_threshold = 1000

        [ledger]
        url = "%s"
        node = "%s"
        """
            .formatted(port, ADMIN_VARIABLE, ledger, folder.getFileName()));
    backend(toml, mockPort, "openai", "generic", "/v1", Workload.CHAT_MODEL);
    backend(toml, mockPort, "embedding", "generic", "/v1", Workload.EMBEDDING_MODEL);
    backend(toml, mockPort, "anthropic", "anthropic", "/v1", Workload.MESSAGES_MODEL);
    backend(toml, mockPort, "google", "google", "", Workload.GEMINI_MODEL);
    return toml.toString();
  }

  private static void backend(
      StringBuilder toml, int mockPort, String name, String type, String path, String model) {
    var prices = Workload.prices(model);
    String apis =
        type.equals("generic") ? "apis = [\"chat\", \"responses\", \"embeddings\"]\n" : "";
    toml.append(
        """

        [[backends]]
        name = "%s"
        url = "http://127.0.0.1:%d%s"
        type = "%s"
        location = "cloud"
        models = ["%s"]
        probe = "none"
        max_concurrent = 1000
        %s
        [[pricing]]
        model = "%5$s"
        input = %s
        cached_input = %s
        output = %s
        """
            .formatted(
                name,
                mockPort,
                path,
                type,
                model,
                apis,
                prices.input(),
                prices.cached(),
                prices.output()));
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Waits until it serves paid requests. */
  void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      if (isReady()) {
        return;
      }
      var _ = process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    close();
    throw new IOException(
        String.join(" ", command)
            + " does not answer:\n"
            + Files.readString(folder.resolve("nexus.log")));
  }

  private boolean isReady() throws InterruptedException {
    try {
      return send("GET", "/health/ready", "").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Calls the admin API; fails without success. */
  String admin(String method, String path, String body) throws IOException, InterruptedException {
    var answer = send(method, path, body);
    if (answer.statusCode() >= 300) {
      throw new IOException(
          method + " " + path + " was answered by " + answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(url().resolve(path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + ADMIN_KEY)
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Waits until a key created at another gateway is known here. */
  void awaitKey(String name) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (send("GET", "/admin/v1/keys/" + name, "").statusCode() != 200) {
      if (System.nanoTime() > end) {
        throw new IOException(url() + " does not learn of the key " + name);
      }
      Thread.sleep(50);
    }
  }

  /** Kills it and its descendants, and restarts it in the same folder and on the same port. */
  void killAndStart() throws IOException, InterruptedException {
    kill();
    process = run(command, folder);
    awaitReady();
  }

  private void kill() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    var _ = process.waitFor(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
