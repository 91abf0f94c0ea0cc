package io.nexus.bench.money;

import io.nexus.server.mock.Wire.Header;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A running gateway of any make, controlled by the user's commands. */
final class RunningGateway implements TestedGateway {

  private final MoneyOptions options;
  private final List<URI> replicas;
  private final Map<String, String> keys = new HashMap<>();

  RunningGateway(MoneyOptions options) {
    this.options = options;
    this.replicas = options.urls.stream().map(RunningGateway::address).toList();
    if (options.keyCommand.isEmpty() && options.scenarios.size() > 1) {
      throw new IllegalArgumentException(
          "each scenario needs a budget of its own: say --key-command, or one --money-scenario");
    }
  }

  private static URI address(String url) {
    URI uri = URI.create(url);
    if (uri.getHost() == null || uri.getPort() < 0 || !"http".equals(uri.getScheme())) {
      throw new IllegalArgumentException("an address such as http://127.0.0.1:4000: " + url);
    }
    return uri;
  }

  @Override
  public List<URI> replicas() {
    return replicas;
  }

  @Override
  public List<Header> newKey(String name, long limitNanos)
      throws IOException, InterruptedException {
    var headers = new ArrayList<Header>();
    for (String line : options.headers) {
      String[] parts = line.split(":", 2);
      headers.add(new Header(parts[0], parts.length < 2 ? "" : parts[1].strip()));
    }
    if (!options.keyCommand.isEmpty()) {
      String limit = BigDecimal.valueOf(limitNanos, 9).toPlainString();
      String key = Shell.run(options.keyCommand, Map.of("NAME", name, "LIMIT_USD", limit));
      if (key.isEmpty() || key.contains("\n")) {
        throw new IOException("--key-command printed '" + key + "', not a key alone");
      }
      keys.put(name, key);
      headers.add(new Header("Authorization", "Bearer " + key));
    }
    return List.copyOf(headers);
  }

  @Override
  public OptionalLong spentNanos(String name) throws IOException, InterruptedException {
    if (options.spendCommand.isEmpty()) {
      return OptionalLong.empty();
    }
    String out =
        Shell.run(options.spendCommand, Map.of("NAME", name, "KEY", keys.getOrDefault(name, "")));
    try {
      // Gateways that add binary fractions say 0.016249999999.
      return OptionalLong.of(
          new BigDecimal(out).setScale(9, RoundingMode.HALF_UP).unscaledValue().longValueExact());
    } catch (NumberFormatException e) {
      throw new IOException("--spend-command printed '" + out + "', not a number of dollars", e);
    }
  }

  @Override
  public boolean canBeKilled() {
    return !options.restartCommand.isEmpty();
  }

  @Override
  public void killAndStart() throws IOException, InterruptedException {
    var _ = Shell.run(options.restartCommand, Map.of());
  }

  @Override
  public boolean canBeCut() {
    return !options.cutCommand.isEmpty();
  }

  @Override
  public void cut(boolean isCut) throws IOException, InterruptedException {
    var _ = Shell.run(options.cutCommand, Map.of("CUT", isCut ? "1" : "0"));
  }

  @Override
  public boolean canBeLate() {
    return !options.delayCommand.isEmpty();
  }

  @Override
  public void delay(long roundTripMillis) throws IOException, InterruptedException {
    var _ = Shell.run(options.delayCommand, Map.of("MILLIS", Long.toString(roundTripMillis)));
  }

  @Override
  public void close() {}
}
