package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launched gateway takes in another configuration by a signal, and by watching its file. */
class ReloadIT {

  private static final Map<String, String> ENVIRONMENT = Map.of("ONE", "k-one", "TWO", "k-two");
  private static final String TWO = "[[keys]]\nname = \"two\"\nkey_env = \"TWO\"\n";

  /** Where the tests themselves run under nohup, the gateway would be deaf to the signal, too. */
  private static final String[] HEEDING = {"env", "--default-signal=HUP"};

  private static final int RELOADS = 10;
  private static final int CLIENTS = 16;

  /** With them sixteen clients send a thousand requests a second. */
  private static final int EACH_MILLIS = 16;

  @TempDir private Path temp;
  private Upstream upstream;

  @BeforeEach
  void start() throws IOException {
    upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
  }

  @AfterEach
  void stop() throws IOException {
    upstream.close();
  }

  private String toml(String further) {
    return further
        + "[[keys]]\nname = \"one\"\nkey_env = \"ONE\"\n"
        + GatewayBox.ONE_CLOUD.replace("{0}", upstream.url());
  }

  private static int status(LaunchedGateway gateway, String key) throws IOException {
    try (var client = gateway.connect()) {
      return client
          .post(GatewayBox.CHAT, GatewayBox.ask(), "Authorization: Bearer " + key)
          .status();
    }
  }

  private static void await(LaunchedGateway gateway, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!condition.call()) {
      assertTrue(System.nanoTime() < end, "it did not come about: " + gateway.log());
      Thread.sleep(20);
    }
  }

  private static long reloads(LaunchedGateway gateway) throws IOException {
    return gateway.log().lines().filter(line -> line.contains("Configuration reloaded")).count();
  }

  @Test
  void hangUp_underLoad_isTakenInAndDropsNothing() throws Exception {
    var stop = new AtomicBoolean();
    var served = new AtomicInteger();
    try (var gateway = LaunchedGateway.start(temp.resolve("run"), toml(""), ENVIRONMENT, HEEDING);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertEquals(401, status(gateway, "k-two"));
      var clients =
          IntStream.range(0, CLIENTS)
              .mapToObj(_ -> threads.submit(() -> askUntil(stop, served, gateway)))
              .toList();
      try {
        reloadUnderLoad(gateway, served, clients);
      } finally {
        stop.set(true);
      }
      for (var client : clients) {
        assertEquals("", client.get());
      }
    }
    assertTrue(served.get() > RELOADS * CLIENTS, "served " + served);
  }

  private void reloadUnderLoad(
      LaunchedGateway gateway, AtomicInteger served, List<Future<String>> clients)
      throws Exception {
    var file = gateway.folder().resolve("nexus.toml");
    for (int i = 1; i <= RELOADS; i++) {
      Files.writeString(file, i % 2 == 0 ? toml("") : toml("") + TWO);
      gateway.hangUp();
      long expected = i;
      await(gateway, () -> reloads(gateway) == expected);
      assertEquals(i % 2 == 0 ? 401 : 200, status(gateway, "k-two"));
      int before = served.get();
      await(
          gateway,
          () -> served.get() > before + CLIENTS || clients.stream().anyMatch(c -> c.isDone()));
    }
  }

  /** The first answer that is no answer; empty if there was none. */
  private static String askUntil(
      AtomicBoolean stop, AtomicInteger served, LaunchedGateway gateway) {
    try (var client = gateway.connect()) {
      long next = System.nanoTime();
      while (!stop.get()) {
        var answer = client.post(GatewayBox.CHAT, GatewayBox.ask(), "Authorization: Bearer k-one");
        if (answer.status() != 200) {
          return answer.status() + answer.text();
        }
        served.incrementAndGet();
        next += EACH_MILLIS * 1_000_000L;
        Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
      }
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  /** As Kubernetes swaps a ConfigMap that is mounted: by a link to a folder. */
  @Test
  void watch_linkSwapped_isTakenInUnlessItHasAMistake() throws Exception {
    var folder = Files.createDirectories(temp.resolve("mounted"));
    for (var version : new String[] {"v1", "v2", "v3"}) {
      Files.createDirectories(folder.resolve(version));
    }
    swap(folder, "v1");
    Files.createSymbolicLink(folder.resolve("nexus.toml"), Path.of("..data", "nexus.toml"));
    var watching = toml("[server]\nwatch = true\n");
    Files.writeString(folder.resolve("v2/nexus.toml"), watching + TWO);
    Files.writeString(folder.resolve("v3/nexus.toml"), watching + "[[keys]]\nname = \"no key\"\n");
    try (var gateway = LaunchedGateway.start(folder, watching, ENVIRONMENT)) {
      assertEquals(401, status(gateway, "k-two"));
      swap(folder, "v2");
      await(gateway, () -> status(gateway, "k-two") == 200);
      swap(folder, "v3");
      await(gateway, () -> gateway.log().contains("Configuration not reloaded"));
      assertEquals(200, status(gateway, "k-two"));
      swap(folder, "v1");
      await(gateway, () -> status(gateway, "k-two") == 401);
    }
  }

  private static void swap(Path folder, String version) throws IOException {
    var next = folder.resolve("..data_tmp");
    Files.createSymbolicLink(next, Path.of(version));
    Files.move(next, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }
}
