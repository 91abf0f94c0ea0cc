package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.Grant;
import io.nexus.control.money.Money;
import io.nexus.control.spi.LedgerSettings;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gateways that are killed under load, again and again. {@code -Dnexus.kills=100} makes it the long
 * form.
 */
@Timeout(1800)
class CrashTest {

  private static final int KILLS = Integer.getInteger("nexus.kills", 10);
  private static final Money CHUNK = Money.usd("0.5");

  @TempDir Path dir;

  private final long seed = RandomGenerator.getDefault().nextLong();
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

  /** A gateway's process. */
  private final class Node {
    final String name;
    final LedgerSettings settings;
    final Money limit;
    Process process;
    BufferedReader output;
    Set<String> said = new HashSet<>();

    Node(String name, LedgerSettings settings, Money limit) throws IOException {
      this.name = name;
      this.settings = settings;
      this.limit = limit;
      start();
    }

    void start() throws IOException {
      var path =
          Stream.of("jdk.module.path", "java.class.path")
              .map(property -> System.getProperty(property, ""))
              .filter(entries -> !entries.isEmpty())
              .collect(Collectors.joining(File.pathSeparator));
      var classes = Path.of("target/test-classes").toAbsolutePath();
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  classes + File.pathSeparator + path,
                  CrashGateway.class.getName(),
                  settings.url(),
                  settings.password(),
                  name,
                  dir.toString(),
                  limit.toString())
              .redirectError(ProcessBuilder.Redirect.appendTo(dir.resolve("errors").toFile()))
              .start();
      output = process.inputReader();
      said.clear();
    }

    /** Waits until it has said so, unless it has said so before. */
    void await(String line) throws IOException {
      while (!said.contains(line)) {
        var read = output.readLine();
        assertNotNull(read, () -> "seed " + seed + ": " + errors());
        said.add(read);
      }
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    private String errors() {
      try {
        return Files.readString(dir.resolve("errors"));
      } catch (IOException e) {
        return e.toString();
      }
    }
  }

  private long bill() throws IOException {
    long sum = 0;
    try (var files = Files.list(dir)) {
      for (var file : files.filter(f -> f.getFileName().toString().startsWith("bill")).toList()) {
        // A line that the kill cut short is one that the upstream did not get to.
        var text = Files.readString(file);
        for (var line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
          sum += Long.parseLong(line);
        }
      }
    }
    return sum;
  }

  private void check(LedgerSettings settings, Money limit) throws Exception {
    long bill = bill();
    try (var books = new JdbcLedgers().books(settings)) {
      var balance = books.balances().stream().filter(b -> b.limit().equals(limit)).toList();
      var global = balance.getFirst();
      long stranded =
          books.grants().stream()
              .filter(grant -> grant.charge().equals(global.charge()))
              .map(Grant::amount)
              .mapToLong(Money::nanos)
              .sum();
      var message = "seed " + seed + ", bill " + new Money(bill) + ", " + global;
      assertTrue(bill <= limit.nanos(), "over: " + message);
      assertTrue(global.settled().nanos() >= bill, "forgotten: " + message);
      assertTrue(global.settled().compareTo(limit) <= 0, "over: " + message);
      assertTrue(stranded <= CHUNK.nanos() * KILLS, "stranded " + stranded + ": " + message);
      assertTrue(bill >= limit.nanos() / 10 * 7, "unspent: " + message);
      assertTrue(books.verify().agrees(), message);
    }
  }

  private static List<Balance> balances(LedgerSettings settings) throws Exception {
    try (var books = new JdbcLedgers().books(settings)) {
      return books.balances();
    }
  }

  @Test
  void sqlite_killedUnderLoad_neverOverspendsNorForgets() throws Exception {
    var settings = new LedgerSettings("jdbc:sqlite:" + dir.resolve("ledger.db"), "");
    var limit = Money.usd(Integer.toString(2 * KILLS));
    var node = new Node("a", settings, limit);
    for (int kill = 0; kill < KILLS; kill++) {
      node.await("ready");
      Thread.sleep(random.nextInt(50, 300));
      node.kill();
      node.start();
    }
    node.await("spent");
    check(settings, limit);
    assertEquals(Money.ZERO, balances(settings).getFirst().outstanding());
  }

  @Test
  void postgres_threeGatewaysAndTheDatabaseKilled_neverOverspendNorForget() throws Exception {
    var server = new PostgresServer();
    try {
      var settings = server.newLedger();
      var limit = Money.usd(Integer.toString(2 * KILLS));
      var nodes = new ArrayList<Node>();
      for (var name : List.of("a", "b", "c")) {
        nodes.add(new Node(name, settings, limit));
      }
      for (var node : nodes) {
        node.await("ready");
      }
      for (int kill = 0; kill < KILLS; kill++) {
        Thread.sleep(random.nextInt(50, 200));
        var node = nodes.get(random.nextInt(nodes.size()));
        node.await("ready");
        node.kill();
        if (kill % 5 == 2) {
          server.kill();
          Thread.sleep(100);
          server.restart();
        }
        node.start();
      }
      for (var node : nodes) {
        node.await("spent");
      }
      check(settings, limit);
    } finally {
      server.stop();
    }
  }
}
