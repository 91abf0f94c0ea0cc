package io.nexus.bench.money;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.bench.Launcher;
import io.nexus.bench.load.Workspace;
import io.nexus.server.mock.Wire.Header;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Started Nexus processes: one with a SQLite ledger, or three with one PostgreSQL. */
final class StartedNexus implements TestedGateway {

  private static final int REPLICAS = 3;

  /** The time until each replica has posted, and the first has read the result. */
  private static final long POSTED_MILLIS = 2_500;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Workspace workspace;
  private final Optional<Postgres> postgres;
  private final List<DatabaseLine> lines = new ArrayList<>();
  private final List<NexusProcess> processes = new ArrayList<>();

  private StartedNexus(Workspace workspace, Optional<Postgres> postgres) {
    this.workspace = workspace;
    this.postgres = postgres;
  }

  /** One gateway, its ledger in a SQLite file. */
  static StartedNexus single(MoneyOptions options, int mockPort)
      throws IOException, InterruptedException {
    var workspace = Workspace.create("nexus-money");
    var nexus = new StartedNexus(workspace, Optional.empty());
    nexus.start(options, mockPort, "jdbc:sqlite:" + workspace.folder().resolve("ledger.db"), 1);
    return nexus;
  }

  /** Three gateways, each with its own line to the one database. */
  static StartedNexus replicas(MoneyOptions options, int mockPort, Path postgresPrograms)
      throws IOException, InterruptedException {
    var postgres = Postgres.start(postgresPrograms);
    var nexus = new StartedNexus(Workspace.create("nexus-money"), Optional.of(postgres));
    for (int i = 1; i <= REPLICAS; i++) {
      var line = new DatabaseLine(postgres.port());
      nexus.lines.add(line);
      nexus.start(
          options,
          mockPort,
          "jdbc:postgresql://127.0.0.1:" + line.port() + "/postgres?user=postgres",
          i);
    }
    return nexus;
  }

  private void start(MoneyOptions options, int mockPort, String ledger, int number)
      throws IOException, InterruptedException {
    String command = options.command.isEmpty() ? Launcher.serve() : options.command;
    try {
      processes.add(
          NexusProcess.start(
              command, workspace.folder().resolve("gateway-" + number), mockPort, ledger));
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public List<URI> replicas() {
    return processes.stream().map(NexusProcess::url).toList();
  }

  @Override
  public List<Header> newKey(String name, long limitNanos)
      throws IOException, InterruptedException {
    var limit = BigDecimal.valueOf(limitNanos, 9).toPlainString();
    var made =
        processes
            .getFirst()
            .admin(
                "POST", "/admin/v1/keys", "{\"name\":\"%s\",\"limit\":%s}".formatted(name, limit));
    for (var other : processes.subList(1, processes.size())) {
      other.awaitKey(name);
    }
    return List.of(
        new Header("Authorization", "Bearer " + JSON.readTree(made).path("key").asText()),
        new Header("anthropic-version", "2023-06-01"));
  }

  @Override
  public OptionalLong spentNanos(String key) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    long spent = spent(key);
    // Replicas keep a small drawn amount, which shows as held although no request runs.
    for (long last = -1; spent != last || isHeld(key); spent = spent(key)) {
      if (System.nanoTime() > end) {
        throw new IOException("money is still held: " + budget(processes.getFirst(), key));
      }
      last = spent;
      Thread.sleep(processes.size() == 1 ? 50 : POSTED_MILLIS);
    }
    return OptionalLong.of(spent);
  }

  private boolean isHeld(String key) throws IOException, InterruptedException {
    return processes.size() == 1
        && budget(processes.getFirst(), key).path("held").decimalValue().signum() != 0;
  }

  private long spent(String key) throws IOException, InterruptedException {
    return budget(processes.getFirst(), key)
        .path("spent")
        .decimalValue()
        .movePointRight(9)
        .longValueExact();
  }

  private static JsonNode budget(NexusProcess process, String key)
      throws IOException, InterruptedException {
    return JSON.readTree(process.admin("GET", "/admin/v1/budgets/key%2F" + key, ""));
  }

  @Override
  public boolean canBeKilled() {
    return true;
  }

  @Override
  public void killAndStart() throws IOException, InterruptedException {
    processes.getFirst().killAndStart();
  }

  @Override
  public boolean canBeCut() {
    return !lines.isEmpty();
  }

  @Override
  public void cut(boolean isCut) throws IOException, InterruptedException {
    lines.getLast().cut(isCut);
    if (!isCut) {
      processes.getLast().awaitReady();
    }
  }

  @Override
  public boolean canBeLate() {
    return !lines.isEmpty();
  }

  @Override
  public void delay(long roundTripMillis) {
    lines.forEach(line -> line.delay(roundTripMillis));
  }

  @Override
  public void close() throws IOException {
    processes.forEach(NexusProcess::close);
    for (var line : lines) {
      line.close();
    }
    if (postgres.isPresent()) {
      postgres.get().close();
    }
    workspace.close();
  }
}
