package io.nexus.server.pricing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.Price;
import io.nexus.control.pricing.PriceEntry;
import io.nexus.control.pricing.PriceTable;
import io.nexus.control.spi.PricingSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A price map in LiteLLM's format, read as it is: the file {@code
 * model_prices_and_context_window.json} of <a
 * href="https://github.com/BerriAI/litellm">BerriAI/litellm</a>, or one of one's own in that form.
 *
 * <p>Immutable and safe for any number of threads; the file is read once.
 */
public final class LiteLlmPrices implements PricingSource {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String SAMPLE = "sample_spec";

  private final PriceTable table;
  private final int models;
  private final int skipped;

  private LiteLlmPrices(PriceTable table, int models, int skipped) {
    this.table = table;
    this.models = models;
    this.skipped = skipped;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read or is no JSON object, saying which file and what to do
   */
  public static LiteLlmPrices read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return read(file.getFileName().toString(), in);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s: not LiteLLM's price map, a JSON object of models: %s at line %d: fetch the file again"
              .formatted(file, e.getOriginalMessage(), line(e)),
          e);
    }
  }

  private static int line(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
  }

  static LiteLlmPrices read(String name, InputStream in) throws IOException {
    var entries = new ArrayList<PriceEntry>();
    int models = 0;
    int skipped = 0;
    try (var json = JSON.createParser(in)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(json, "no object at the root");
      }
      for (var key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
        var fields = fields(json);
        if (key.equals(SAMPLE)) {
          continue;
        }
        var read = LiteLlmModel.entries(key, fields);
        entries.addAll(read);
        models += read.isEmpty() ? 0 : 1;
        skipped += read.isEmpty() ? 1 : 0;
      }
      if (json.currentToken() != JsonToken.END_OBJECT) {
        throw new JsonParseException(json, "the object does not end");
      }
    }
    return new LiteLlmPrices(new PriceTable(name, entries), models, skipped);
  }

  /** The value's fields that are numbers, text or truth values, as they are spelt. */
  private static Map<String, String> fields(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return Map.of();
    }
    var fields = new HashMap<String, String>();
    for (var name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      var value = json.nextToken();
      if (value.isStructStart()) {
        json.skipChildren();
      } else if (value != JsonToken.VALUE_NULL) {
        fields.put(name, json.getText());
      }
    }
    return fields;
  }

  /** The file's name. */
  @Override
  public String name() {
    return table.name();
  }

  @Override
  public Set<String> providers() {
    return table.providers();
  }

  @Override
  public Optional<Price> priceOf(String provider, String model) {
    return table.priceOf(provider, model);
  }

  @Override
  public Optional<Price> priceOf(String provider, String model, LocalDate day) {
    return table.priceOf(provider, model, day);
  }

  @Override
  public ModelFacts factsOf(String provider, String model) {
    return table.factsOf(provider, model);
  }

  /** How many models have a price here. */
  public int models() {
    return models;
  }

  /** How many were passed over, since their price is not one of tokens or makes no sense. */
  public int skipped() {
    return skipped;
  }
}
