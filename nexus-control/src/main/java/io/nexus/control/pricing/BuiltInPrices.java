package io.nexus.control.pricing;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Rates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The price list that comes with the gateway, the resource {@code prices.csv}: facts as of November
 * 2026, taken from <a href="https://github.com/pydantic/genai-prices">pydantic/genai-prices</a>
 * (MIT).
 *
 * <p>A kind of token without a price of its own costs what plain input or output costs. A model
 * without a price of output is an embedding model, which generates none: its output costs 0.
 */
final class BuiltInPrices {

  static final String NAME = "built-in table";

  private static final String RESOURCE = "prices.csv";
  private static final String COLUMNS =
      "provider,model,context_window,input,cached_input,cache_write,output,input_audio,"
          + "output_audio,per_1k_requests,input_tiers,output_tiers";
  private static final int COLUMN_COUNT = 12;

  private BuiltInPrices() {}

  /** Reads the table. */
  static PriceTable load() {
    return new PriceTable(NAME, entries());
  }

  /**
   * Reads the lines of the table.
   *
   * @throws IllegalStateException if the resource is broken, naming the line
   */
  static List<PriceEntry> entries() {
    try (var in = open()) {
      return read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open() {
    return Objects.requireNonNull(BuiltInPrices.class.getResourceAsStream(RESOURCE), RESOURCE);
  }

  static List<PriceEntry> read(BufferedReader lines) throws IOException {
    var entries = new ArrayList<PriceEntry>();
    int number = 0;
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.isBlank() || line.startsWith("#") || line.equals(COLUMNS)) {
        continue;
      }
      try {
        entries.add(entry(line.split(",", -1)));
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(
            NAME + ": line " + number + " is broken: " + e.getMessage(), e);
      }
    }
    return List.copyOf(entries);
  }

  private static PriceEntry entry(String[] cells) {
    if (cells.length != COLUMN_COUNT) {
      throw new IllegalArgumentException(
          cells.length + " columns instead of " + COLUMN_COUNT + ": " + COLUMNS);
    }
    var model = cells[1];
    var input = Money.usd(cells[3]);
    var output = output(model, cells[6]);
    var rates =
        Rates.text(input, output)
            .withCachedInput(or(cells[4], input))
            .withCacheWrite(or(cells[5], input))
            .withAudioInput(or(cells[7], input))
            .withAudioOutput(or(cells[8], output));
    var pricing = ModelPricing.of(rates).withPerRequest(perRequest(cells[9]));
    long window = cells[2].isEmpty() ? 0 : Long.parseLong(cells[2]);
    return PriceEntry.listed(
        cells[0], model, withLongPrompt(pricing, cells[10], cells[11]), ModelFacts.window(window));
  }

  private static Money output(String model, String usd) {
    if (usd.isEmpty() && !model.contains("embed")) {
      throw new IllegalArgumentException("no price of output, yet no embedding model: " + model);
    }
    return or(usd, Money.ZERO);
  }

  private static Money or(String usd, Money otherwise) {
    return usd.isEmpty() ? otherwise : Money.usd(usd);
  }

  private static Money perRequest(String usdPerThousand) {
    return or(usdPerThousand.isEmpty() ? "" : usdPerThousand + "e-3", Money.ZERO);
  }

  /** Levels are written {@code threshold:price}, with the same threshold for input and output. */
  private static ModelPricing withLongPrompt(ModelPricing pricing, String input, String output) {
    if (input.isEmpty() && output.isEmpty()) {
      return pricing;
    }
    var in = input.split(":", -1);
    var out = output.split(":", -1);
    if (in.length != 2 || out.length != 2 || !in[0].equals(out[0])) {
      throw new IllegalArgumentException(
          "a price level is threshold:price with one threshold: " + input + ", " + output);
    }
    return pricing.withLongPrompt(Long.parseLong(in[0]), Money.usd(in[1]), Money.usd(out[1]));
  }
}
