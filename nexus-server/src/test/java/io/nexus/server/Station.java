package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import io.nexus.server.LaunchedGateway.Ran;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Launched gateways of one test, each in a folder that stays when it ends, and the upstream that
 * bills them: $10 for a million tokens of output, nothing for the prompt.
 */
final class Station implements AutoCloseable {

  /** The cost of one {@link #ask}. */
  static final long REQUEST_NANOS = 5_000_000;

  private static final int TOKENS = 500;
  private static final long ANSWER_MILLIS = 20;

  private final Path folder;
  private final Upstream upstream;
  private final Map<String, String> environment = new HashMap<>();
  private final List<LaunchedGateway> gateways = new ArrayList<>();

  private Station(Path folder, Upstream upstream) {
    this.folder = folder;
    this.upstream = upstream.price(Prices.of("0", "10"));
  }

  /** An upstream that answers {@link #ask} up to its limit. */
  static Station open(Path folder) throws IOException {
    return of(folder, Upstream.start(Station::answer));
  }

  static Station of(Path folder, Upstream upstream) {
    return new Station(folder, upstream);
  }

  /** The worst case of the request, up to half a cent. */
  static UpstreamReply answer(UpstreamRequest request) {
    long most = request.json().path("max_tokens").asLong(TOKENS);
    return new UpstreamReply.Stalled(
        Pace.everyMillis(ANSWER_MILLIS),
        UpstreamReply.chat(request, "Hi", UpstreamUsage.of(8, Math.min(most, TOKENS))));
  }

  /** A request that costs half a cent, by its limit and in fact. */
  static String ask() {
    return Chats.body("m", "\"max_tokens\":" + TOKENS);
  }

  /** A variable that its gateways and commands have. */
  Station with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Upstream upstream() {
    return upstream;
  }

  /** Where the gateway of that name runs. */
  Path folder(String name) {
    return folder.resolve(name);
  }

  /** The SQLite file of the gateway of that name. */
  Path ledger(String name) {
    return folder(name).resolve("nexus-data/ledger.db");
  }

  /** Starts a gateway, or starts it again. */
  LaunchedGateway gateway(String name, String toml, String... wrapper)
      throws IOException, InterruptedException {
    var gateway = LaunchedGateway.start(folder(name), toml + backend(), environment, wrapper);
    gateways.add(gateway);
    return gateway;
  }

  private String backend() {
    return """
    [[backends]]
    name = "cloud"
    type = "openai"
    url = "%s"
    models = ["m"]
    max_concurrent = 1000
    [[pricing]]
    model = "m"
    input = 0
    output = 10
    """
        .formatted(upstream.url());
  }

  /** Changes the configuration that commands read; the gateway keeps the one that it began with. */
  void rewrite(String name, String from, String to) throws IOException {
    var file = folder(name).resolve("nexus.toml");
    Files.writeString(file, Files.readString(file).replace(from, to));
  }

  /** Runs a command with the configuration of that gateway. */
  Ran nexus(String name, String... command) throws IOException, InterruptedException {
    return LaunchedGateway.run(folder(name), environment, command);
  }

  /** Moves a ledger, from the folder of that gateway, in which addresses may be relative. */
  Ran move(String name, String from, String to) throws IOException, InterruptedException {
    return LaunchedGateway.run(folder(name), environment, List.of("ledger", "move", from, to));
  }

  /** What {@code nexus spend} says of all. */
  long spentNanos(String name) throws IOException, InterruptedException {
    Ran ran = nexus(name, "spend", "--json");
    assertEquals(0, ran.exit(), ran.out());
    return GatewayBox.nanos(GatewayBox.parse(ran.out()).at("/total/cost_usd"));
  }

  void assertVerified(String name) throws IOException, InterruptedException {
    Ran ran = nexus(name, "ledger", "verify");
    assertEquals(0, ran.exit(), ran.out());
  }

  /** The bill is within the limit, and the part of it that can be spent has been spent. */
  void assertBill(String limit, int leastPercent, Object seen) {
    long bill = upstream.billNanos();
    long most = Money.usd(limit).nanos();
    String message = "billed " + new Money(bill) + " of " + limit + ": " + seen;
    assertTrue(bill <= most, "over: " + message);
    assertTrue(bill >= most / 100 * leastPercent, "unspent: " + message);
  }

  @Override
  public void close() throws IOException {
    for (var gateway : gateways) {
      gateway.kill();
    }
    upstream.close();
  }
}
