package io.nexus.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.pricing.Providers;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The lines of prices of a running gateway: {@code nexus price list}, {@code set}, {@code delete}.
 */
final class PriceLineCommand {

  private static final String PRICES = "/admin/v1/prices";
  private static final String ANY = "*";

  /**
   * {@code PROVIDER/MODEL@DAY}: the provider ends at the first slash; the day has the form of a
   * date.
   */
  private static final Pattern NAME =
      Pattern.compile(
          "(?:(?<provider>[^/]*)/)?(?<model>.+?)(?:@(?<from>\\d{4}-\\d{2}-\\d{2}))?",
          Pattern.DOTALL);

  /** The fields with their own column, and those that are not prices. */
  private static final Set<String> SHOWN =
      Set.of(
          "object",
          "name",
          "model",
          "provider",
          "from",
          "input",
          "output",
          "source",
          "overrides",
          "version",
          "lasts");

  private PriceLineCommand() {}

  /**
   * The parsed name of a line.
   *
   * @param provider {@code *} for any
   * @param from the first day; empty for all days
   */
  private record Name(String provider, String model, String from) {

    static Name of(String text) {
      Matcher parts = NAME.matcher(text);
      if (!parts.matches()) {
        throw new Failure(
            Failure.USAGE, "usage: '" + text + "' names no line of prices: give PROVIDER/MODEL");
      }
      var provider = parts.group("provider");
      var from = parts.group("from");
      return new Name(
          provider == null || provider.equals(ANY) ? ANY : Providers.canonical(provider),
          parts.group("model"),
          from == null ? "" : from);
    }

    String path() {
      return PRICES + "/" + AdminClient.segment(toString());
    }

    /** The fields that identify a line. */
    ObjectNode identity() {
      var body = AdminClient.object().put("model", model);
      if (!provider.equals(ANY)) {
        body.put("provider", provider);
      }
      if (!from.isEmpty()) {
        body.put("from", from);
      }
      return body;
    }

    @Override
    public String toString() {
      return provider + "/" + model + (from.isEmpty() ? "" : "@" + from);
    }
  }

  private static void print(PrintWriter out, Iterable<JsonNode> lines) {
    var table = new TextTable(List.of("price", "input", "output", "beside", "state"), 3, 4);
    for (var line : lines) {
      var beside = new ArrayList<String>();
      line.fieldNames().forEachRemaining(beside::add);
      beside.removeAll(SHOWN);
      table.add(
          List.of(
              line.path("name").asText(),
              AdminClient.amount(line.path("input")),
              AdminClient.amount(line.path("output")),
              beside.isEmpty() ? "-" : String.join(", ", beside),
              line.path("overrides").asBoolean()
                  ? "instead of nexus.toml's"
                  : line.path("source").asText()));
    }
    table.print(out);
  }

  /** {@code nexus price list}. */
  @Command(
      name = "list",
      description = "List the lines of prices of a running gateway's nexus.toml and admin API.",
      mixinStandardHelpOptions = true)
  static final class ListAll implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Option(names = "--provider", description = "Only those of this provider.")
    private @Nullable String provider;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init")
    ListAll() {}

    @Override
    public void run() {
      var asked =
          provider == null ? "" : "?provider=" + AdminClient.segment(Providers.canonical(provider));
      gateway.list(PRICES + asked, json, PriceLineCommand::print);
    }
  }

  /** {@code nexus price set}. */
  @Command(
      name = "set",
      description =
          "Make a line of prices on a running gateway and all that share its ledger, or change one"
              + " that was made so.",
      mixinStandardHelpOptions = true)
  static final class SetPrices implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(
        index = "0",
        paramLabel = "NAME",
        description =
            "PROVIDER/MODEL, such as 'openai/gpt-4o*'; '*/MODEL' or MODEL for any provider; with"
                + " @2027-01-31 behind it from that day on.")
    private String name;

    @Parameters(
        index = "1..*",
        arity = "1..*",
        paramLabel = "KEY=USD",
        description =
            "A key of [[pricing]], such as input=2.5, fees.search=0.01 or tiers.batch.input=1.25;"
                + " without a number it is taken off.")
    private List<String> prices = List.of();

    @SuppressWarnings("NullAway.Init")
    SetPrices() {}

    @Override
    public void run() {
      var line = Name.of(name);
      var said = AdminClient.object();
      prices.forEach(price -> put(said, price));
      gateway.ask(
          client -> {
            boolean made =
                client
                    .list(PRICES + "?source=admin")
                    .path("data")
                    .findValuesAsText("name")
                    .contains(line.toString());
            var answer =
                made
                    ? client.send("PATCH", line.path(), said)
                    : client.send("POST", PRICES, line.identity().setAll(said));
            print(gateway.out(), List.of(answer));
          });
    }

    private static void put(ObjectNode body, String price) {
      int equals = price.lastIndexOf('=');
      if (equals < 1) {
        throw new Failure(Failure.USAGE, "usage: '" + price + "': give KEY=USD");
      }
      var at = body;
      var keys = price.substring(0, equals).split("\\.", -1);
      for (int i = 0; i < keys.length - 1; i++) {
        at = at.withObjectProperty(keys[i]);
      }
      var number = price.substring(equals + 1);
      try {
        at.set(
            keys[keys.length - 1],
            number.isEmpty() ? at.nullNode() : at.numberNode(new BigDecimal(number)));
      } catch (NumberFormatException e) {
        throw new Failure(Failure.USAGE, "usage: '" + price + "': '" + number + "' is no number");
      }
    }
  }

  /** {@code nexus price delete}. */
  @Command(
      name = "delete",
      description =
          "Delete a line of prices that was made on a running gateway: what nexus.toml says holds"
              + " again.",
      mixinStandardHelpOptions = true)
  static final class Delete implements Runnable {

    @Mixin private GatewayOptions gateway;

    @Parameters(paramLabel = "NAME", description = "Which line, as 'nexus price list' names it.")
    private String name;

    @SuppressWarnings("NullAway.Init")
    Delete() {}

    @Override
    public void run() {
      var line = Name.of(name);
      gateway.ask(
          client -> {
            var _ = client.send("DELETE", line.path(), "");
            gateway.out().println(line + " is deleted.");
          });
    }
  }
}
