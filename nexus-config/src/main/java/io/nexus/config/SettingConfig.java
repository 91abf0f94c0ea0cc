package io.nexus.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.nexus.control.budget.Window;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads single entries of the configuration's lists from JSON objects with the same keys, so that
 * entries created at run time pass the same checks.
 */
public final class SettingConfig {

  private static final JsonFactory JSON = new JsonFactory();
  private static final TomlFactory TOML = new TomlFactory();

  /** The keys of {@code [[pricing]]} that are an amount of US dollars. */
  public static final List<String> PRICES = PricingSection.amounts();

  private SettingConfig() {}

  /**
   * The result of reading an entry.
   *
   * @param value the entry; contains placeholders if there are problems
   * @param problems every mistake, each with its key in {@link ConfigProblem#key}
   */
  public record Checked<T>(T value, List<ConfigProblem> problems) {

    /** Copies the list. */
    public Checked {
      problems = List.copyOf(problems);
    }
  }

  /**
   * One of {@code [[keys]]}.
   *
   * @param json an object
   * @throws IllegalArgumentException if it is not a JSON object
   */
  public static Checked<KeyConfig> key(String json) {
    return KeptKey.read(json)
        .map(key -> new Checked<>(key, List.of()))
        .orElseGet(() -> read(json, KeySection::read));
  }

  /**
   * One of {@code [[budgets]]}.
   *
   * @param json an object
   * @param global supplies omitted keys
   * @throws IllegalArgumentException if it is not a JSON object
   */
  public static Checked<BudgetConfig> budget(String json, BudgetConfig global) {
    return read(json, table -> BudgetSection.readScoped(table, global));
  }

  /**
   * One of {@code [[teams]]}.
   *
   * @param json an object
   * @throws IllegalArgumentException if it is not a JSON object
   */
  public static Checked<TeamConfig> team(String json) {
    return read(json, TeamSection::read);
  }

  /**
   * One of {@code [[limits]]}.
   *
   * @param json an object
   * @param global supplies omitted keys
   * @throws IllegalArgumentException if it is not a JSON object
   */
  public static Checked<LimitConfig> limit(String json, BudgetConfig global) {
    return read(json, table -> LimitSection.read(table, global));
  }

  /**
   * One of {@code [[pricing]]}.
   *
   * @param json an object
   * @throws IllegalArgumentException if it is not a JSON object
   */
  public static Checked<PricingConfig> price(String json) {
    return read(json, PricingSection::read);
  }

  /** A line of prices as a JSON object with the file's keys. */
  public static String json(PricingConfig pricing) {
    var toml = new TomlWriter();
    PricingSection.write(toml, pricing);
    var json = new StringWriter();
    try (var parser = TOML.createParser(toml.toString());
        var out = JSON.createGenerator(json)) {
      while (parser.nextToken() != JsonToken.START_ARRAY) {
        // The written text begins with the header of the list.
      }
      parser.nextToken();
      out.copyCurrentStructure(parser);
    } catch (IOException e) {
      throw new IllegalStateException("a line of prices is no TOML", e);
    }
    return json.toString();
  }

  /** A window as the configuration spells it. */
  public static String spelling(Window window) {
    return Windows.spelling(window);
  }

  private static <T> Checked<T> read(String json, Function<TableReader, T> section) {
    var reading = new Reading("", TomlLines.of(""), Map.of(), Map.of(), true);
    var table = new TableReader(parsed(json), "", reading);
    var value = section.apply(table);
    table.rejectUnknown();
    return new Checked<>(value, reading.problems());
  }

  private static Config parsed(String json) {
    try (var parser = JSON.createParser(json)) {
      parser.nextToken();
      return ConfigLoader.build(ConfigSources.create(TomlConfigParser.object(parser, 0)));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("no JSON object", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON", e);
    }
  }
}
