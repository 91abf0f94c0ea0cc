package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gateways that are killed under load, again and again. {@code -Dnexus.kills=100} makes it the long
 * form. Each test prints its figures.
 *
 * <p>The limit is more than can be billed before the last kill, so that every one hits a gateway
 * that spends.
 */
@Timeout(1800)
class CrashTest {

  private static final int KILLS = Integer.getInteger("nexus.kills", 10);

  /** The requests of a gateway between two kills. */
  private static final int REQUESTS = 150;

  private static final double SPENDABLE = 0.7;

  @TempDir Path dir;

  private final long seed = RandomGenerator.getDefault().nextLong();
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

  /** The money stranded on the budget, measured after each death. */
  private final List<Long> stranded = new ArrayList<>();

  @Test
  void sqlite_killedUnderLoad_neverOverspendsNorForgets() throws Exception {
    var settings = new LedgerSettings("jdbc:sqlite:" + dir.resolve("ledger.db"), "");
    var limit = limit(1);
    var node = node("a", settings, limit);
    for (int kill = 0; kill < KILLS; kill++) {
      hit(kill, List.of(node), node);
      measure(node);
      node.start();
    }
    drain(List.of(node));
    check("SQLite", settings, limit, List.of(node));
  }

  @Test
  void postgres_threeGatewaysAndTheDatabaseKilled_neverOverspendNorForget() throws Exception {
    var server = new PostgresServer();
    try {
      var settings = server.newLedger();
      var limit = limit(3);
      var nodes = new ArrayList<CrashNode>();
      for (var name : List.of("a", "b", "c")) {
        nodes.add(node(name, settings, limit));
      }
      for (int kill = 0; kill < KILLS; kill++) {
        var node = nodes.get(random.nextInt(nodes.size()));
        hit(kill, nodes, node);
        measure(node);
        if (kill % 5 == 2) {
          server.kill();
          Thread.sleep(100);
          server.restart();
        }
        node.start();
      }
      drain(nodes);
      check("PostgreSQL", settings, limit, nodes);
    } finally {
      server.close();
    }
  }

  private CrashNode node(String name, LedgerSettings settings, Money limit) throws Exception {
    return new CrashNode(name, settings, dir, limit, "seed " + seed);
  }

  private static Money limit(int nodes) {
    return new Money(Money.usd(CrashGateway.WORST_CASE).nanos() * REQUESTS * nodes * (KILLS + 1));
  }

  /** Kills it while it spends; one in five while it starts, when it answers for its last life. */
  private void hit(int kill, List<CrashNode> nodes, CrashNode victim) throws Exception {
    if (kill % 5 == 4) {
      Thread.sleep(random.nextInt(400));
    } else {
      victim.await("ready");
      for (var node : nodes) {
        node.permit(REQUESTS);
      }
      victim.awaitBilled(random.nextInt(1, REQUESTS - 2 * CrashGateway.CLIENTS));
    }
    victim.kill();
  }

  /** Notes what the dead gateway has drawn and not posted. */
  private void measure(CrashNode node) throws LedgerException {
    try (var books = new JdbcLedgerFactory().books(node.settings)) {
      stranded.add(
          books.grants().stream()
              .filter(grant -> grant.charge().budget().equals("global"))
              .filter(grant -> grant.node().equals(node.name))
              .mapToLong(grant -> grant.amount().nanos())
              .sum());
    }
  }

  private static void drain(List<CrashNode> nodes) throws Exception {
    for (var node : nodes) {
      node.await("ready");
      node.permit(Integer.MAX_VALUE / 2);
    }
    for (var node : nodes) {
      node.await("spent");
    }
  }

  private void check(String name, LedgerSettings settings, Money limit, List<CrashNode> nodes)
      throws Exception {
    long bill = 0;
    for (var node : nodes) {
      bill += node.billNanos();
    }
    try (var books = new JdbcLedgerFactory().books(settings)) {
      var global =
          books.balances().stream()
              .filter(b -> b.charge().budget().equals("global"))
              .findFirst()
              .orElseThrow();
      var message = figures(name, bill, global);
      System.out.println(message);
      assertTrue(bill <= limit.nanos(), "over: " + message);
      assertTrue(global.settled().nanos() >= bill, "forgotten: " + message);
      assertTrue(global.settled().compareTo(limit) <= 0, "over: " + message);
      assertTrue(bill >= limit.nanos() * SPENDABLE, "unspent: " + message);
      // Beside what is drawn ahead, requests under way hold some when a gateway is killed.
      assertTrue(strandedByAll() <= 2 * CrashGateway.CHUNK.nanos() * KILLS, "stranded: " + message);
      assertEquals(Money.ZERO, global.outstanding(), "still stranded: " + message);
      assertTrue(books.verify().agrees(), message);
    }
  }

  private long strandedByAll() {
    return stranded.stream().mapToLong(Long::longValue).sum();
  }

  private String figures(String name, long bill, Balance balance) {
    long worst = stranded.stream().mapToLong(Long::longValue).max().orElse(0);
    return String.format(
        "%s: %d kills: limit %s, billed %s (%.1f %%), in the ledger %s; stranded by a kill until"
            + " the next start %s at most, by all together %s (%.0f %% of a chunk each), at the end"
            + " %s; seed %d",
        name,
        KILLS,
        balance.limit(),
        new Money(bill),
        100.0 * bill / balance.limit().nanos(),
        balance.settled(),
        new Money(worst),
        new Money(strandedByAll()),
        100.0 * strandedByAll() / KILLS / CrashGateway.CHUNK.nanos(),
        balance.outstanding(),
        seed);
  }
}
