package io.nexus.server.pricing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.Price;
import io.nexus.control.pricing.PriceTable;
import io.nexus.control.spi.PricingSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A price map in LiteLLM's format, read unchanged: the file {@code
 * model_prices_and_context_window.json} of <a
 * href="https://github.com/BerriAI/litellm">BerriAI/litellm</a>, or another file in that format.
 *
 * <p>Immutable and safe for any number of threads; the file is read once.
 */
public final class LiteLlmPrices implements PricingSource {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String SAMPLE = "sample_spec";

  /** The field that names the entry whose prices apply. */
  private static final String ALIAS = "alias_of";

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
   * @throws IOException if it cannot be read or is not a JSON object; the message names the file
   *     and a remedy
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
    var entries = new LinkedHashMap<String, Map<String, String>>();
    try (var json = JSON.createParser(in)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(json, "no object at the root");
      }
      for (var key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
        var fields = new HashMap<String, String>();
        json.nextToken();
        read(json, "", fields);
        entries.put(key, fields);
      }
      if (json.currentToken() != JsonToken.END_OBJECT) {
        throw new JsonParseException(json, "the object does not end");
      }
    }
    entries.remove(SAMPLE);
    return of(name, entries);
  }

  private static LiteLlmPrices of(String name, Map<String, Map<String, String>> entries) {
    var read = new LinkedHashMap<Name, LiteLlmModel>();
    int models = 0;
    for (var entry : entries.entrySet()) {
      var fields = entry.getValue();
      var other = entries.get(fields.getOrDefault(ALIAS, ""));
      var model = LiteLlmModel.read(entry.getKey(), other == null ? fields : other);
      if (model.isPresent()) {
        var own = new Name(model.get().provider(), model.get().name());
        read.merge(own, model.get(), LiteLlmModel::together);
        models++;
      }
    }
    var lines = read.values().stream().map(LiteLlmModel::entry).toList();
    return new LiteLlmPrices(new PriceTable(name, lines), models, entries.size() - models);
  }

  private record Name(String provider, String model) {}

  /** Reads the current value: scalars as written, nested ones named by path, with dots. */
  private static void read(JsonParser json, String name, Map<String, String> fields)
      throws IOException {
    switch (json.currentToken()) {
      case START_OBJECT -> {
        for (var field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
          json.nextToken();
          read(json, inner(name, field), fields);
        }
      }
      case START_ARRAY -> {
        for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
          read(json, inner(name, Integer.toString(i)), fields);
        }
      }
      case null -> throw new JsonParseException(json, "the object does not end");
      case VALUE_NULL -> {}
      default -> fields.put(name, json.getText());
    }
  }

  private static String inner(String name, String field) {
    return name.isEmpty() ? field : name + "." + field;
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

  /** The number of models with a price. */
  public int models() {
    return models;
  }

  /** The number of entries skipped because their price is unknown or makes no sense. */
  public int skipped() {
    return skipped;
  }
}
