package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.testing.FreePort;
import io.nexus.server.LauncherBox.Launched;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code nexus serve} as the launcher starts it, killed under load. */
@Timeout(180)
class KillRecoveryTest {

  private static final int KILLS = 3;
  private static final int CLIENTS = 8;
  private static final int SHORTEST = 101;
  private static final int REQUESTS_A_LIFE = 60;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final Money LIMIT = Money.usd("1");

  @TempDir Path folder;

  private LauncherBox launcher;
  private static final Pattern LOG_LINE =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z (INFO|WARNING|SEVERE) \\S.*");

  private Path log;
  private int port;
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private final List<Process> servers = new ArrayList<>();

  @BeforeEach
  void layOut() throws IOException {
    launcher = new LauncherBox(folder);
    launcher.packaged();
    for (var entry : System.getProperty("jdk.module.path").split(File.pathSeparator, -1)) {
      var module = Path.of(entry);
      if (Files.isDirectory(module)) {
        pack(module);
      } else {
        Files.createSymbolicLink(modules().resolve(module.getFileName()), module);
      }
    }
    launcher.environment.put("JAVA_HOME", System.getProperty("java.home"));
    launcher.environment.put("NEXUS_AOT_CACHE", "off");
    // Surefire leaves there what only automatic modules need.
    launcher.environment.put("NEXUS_JAVA_OPTS", "-cp " + System.getProperty("java.class.path"));
    log = folder.resolve("log");
  }

  private Path modules() {
    return launcher.root.resolve("modules");
  }

  private void pack(Path module) {
    var jar = modules().resolve(module.toString().replace('/', '-') + ".jar").toString();
    var tool = ToolProvider.findFirst("jar").orElseThrow();
    assertEquals(
        0, tool.run(System.out, System.err, "-c", "-f", jar, "-C", module.toString(), "."));
  }

  @AfterEach
  void end() throws InterruptedException {
    for (var server : servers) {
      server.destroyForcibly().waitFor();
    }
  }

  /** A port of its own for each life, which is then another node by name. */
  private void configure(Upstream upstream) throws IOException {
    port = FreePort.find();
    Files.writeString(
        launcher.root.resolve("nexus.toml"),
        """
        [server]
        port = %d
        [budget]
        monthly_limit = %s
        hard_limit_action = "reject"
        on_error = "closed"
        [ledger]
        url = "jdbc:sqlite:%s"
        max_chunk = 0.05
        [[backends]]
        name = "cloud"
        type = "openai"
        url = "%s"
        models = ["m"]
        [[pricing]]
        model = "m"
        input = 0
        output = 10
        """
            .formatted(port, LIMIT, file(), upstream.url()));
  }

  private Path file() {
    return folder.resolve("ledger.db");
  }

  private Process serve(Upstream upstream) throws Exception {
    configure(upstream);
    var builder =
        new ProcessBuilder(launcher.root.resolve("nexus").toString(), "serve")
            .directory(launcher.root.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().clear();
    builder.environment().putAll(launcher.environment);
    var server = builder.start();
    servers.add(server);
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!isReady()) {
      assertTrue(server.isAlive() && System.nanoTime() < end, Files.readString(log));
      Thread.sleep(10);
    }
    return server;
  }

  private boolean isReady() {
    try (var client = RawHttp.connect(port)) {
      return client.get("/health/ready").status() == 200
          && client.get("/health").text().contains("\"status\":\"healthy\"");
    } catch (IOException _) {
      return false;
    }
  }

  /** Clients that ask until they are refused or the server is gone. */
  private List<Future<Integer>> load(ExecutorService clients) {
    var all = new ArrayList<Future<Integer>>();
    for (int i = 0; i < CLIENTS; i++) {
      var body = Chats.body("m", "\"max_tokens\":300", "\"stream\":" + (i % 2 == 0));
      all.add(clients.submit(() -> askOn(body)));
    }
    return all;
  }

  /**
   * As much text as it bills for, since the gateway counts a stream while it runs, and no more than
   * it is asked for. Streams are as short as the shortest answer, which every hold covers: this
   * upstream sends all at once, so that a stream could not be cut in time.
   */
  private static UpstreamReply reply(UpstreamRequest request) {
    int length = request.streaming() ? SHORTEST : SHORTEST + request.number() % 7;
    int tokens = Math.min(length, request.json().path("max_tokens").asInt());
    return UpstreamReply.chat(request, "word ".repeat(tokens), UpstreamUsage.of(8, tokens));
  }

  private int askOn(String body) {
    try (var client = RawHttp.connect(port)) {
      Answer answer = client.post(Chats.PATH, body);
      while (answer.status() == 200) {
        answer = client.post(Chats.PATH, body);
      }
      refusals.add(answer.text());
      return answer.status();
    } catch (IOException _) {
      return 0;
    }
  }

  @Test
  void serve_killedUnderLoad_neverOverspendsNorForgets() throws Exception {
    try (var upstream = Upstream.start(KillRecoveryTest::reply);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      upstream.price(Prices.of("0", "10"));
      for (int kill = 0; kill < KILLS; kill++) {
        var server = serve(upstream);
        int before = upstream.chats().size();
        var asking = load(clients);
        while (upstream.chats().size() < before + REQUESTS_A_LIFE) {
          assertEquals(List.of(), refusals, Files.readString(log));
          Thread.sleep(1);
        }
        server.destroyForcibly().waitFor();
        for (var client : asking) {
          assertEquals(0, client.get(), "the server went while they asked");
        }
        assertVerified();
      }
      var last = serve(upstream);
      for (var client : load(clients)) {
        assertEquals(429, client.get(), () -> refusals + last());
      }
      last.destroy();
      assertTrue(last.waitFor(60, TimeUnit.SECONDS), Files.readString(log));
      assertVerified();
      assertBooked(upstream.billNanos());
      assertLogged();
    }
  }

  private void assertLogged() throws IOException {
    var lines = Files.readAllLines(log);
    for (var line : lines) {
      assertTrue(LOG_LINE.matcher(line).matches(), line);
    }
    var stops =
        lines.stream().filter(line -> line.endsWith("Nexus stops: running requests may complete"));
    assertEquals(1, stops.count(), () -> lines.toString());
  }

  private String last() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void assertVerified() throws Exception {
    Launched verified = launcher.run("ledger", "verify");
    assertEquals(0, verified.exit(), verified.out() + verified.err());
    assertTrue(verified.out().endsWith("all agree.\n"), verified.out());
  }

  private void assertBooked(long billNanos) throws Exception {
    var settings = new LedgerSettings("jdbc:sqlite:" + file(), "");
    var factory =
        Extensions.installed().ledgers().stream()
            .filter(each -> each.opens(settings.url()))
            .findFirst()
            .orElseThrow();
    try (var books = factory.books(settings)) {
      var balance = books.balances().getFirst();
      var message = "billed " + new Money(billNanos) + ", " + balance;
      assertTrue(billNanos <= LIMIT.nanos(), message);
      assertTrue(balance.settled().nanos() >= billNanos, message);
      assertTrue(balance.settled().compareTo(LIMIT) <= 0, message);
      assertTrue(billNanos >= LIMIT.nanos() / 10 * 7, message);
      assertEquals(Money.ZERO, balance.outstanding(), message);
    }
  }
}
