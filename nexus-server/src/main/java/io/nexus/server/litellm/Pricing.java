package io.nexus.server.litellm;

import io.nexus.server.setup.TomlText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The prices of the proxy's deployments. */
final class Pricing {

  private static final int MILLION_DIGITS = 6;
  private static final String LONG = "long_prompt_";
  private static final String ABOVE = LONG + "above";

  /** The keys of prices per token, by the key of the price per million. */
  private static final Map<String, String> TOKENS = tokens();

  private static final Pattern LONG_PROMPT =
      Pattern.compile("(input|output)_cost_per_token_above_([0-9]{1,6})k_tokens");

  private static final Map<String, String> INSTEAD =
      Map.of(
          "input_cost_per_second",
          "[pricing.fees] audio_hour",
          "output_cost_per_second",
          "[pricing.fees] output_second");

  private final Map<List<String>, Map<String, String>> lines = new LinkedHashMap<>();

  private static Map<String, String> tokens() {
    var tokens = new LinkedHashMap<String, String>();
    tokens.put("input_cost_per_token", "input");
    tokens.put("output_cost_per_token", "output");
    tokens.put("cache_read_input_token_cost", "cached_input");
    tokens.put("cache_creation_input_token_cost", "cache_write");
    tokens.put("cache_creation_input_token_cost_above_1hr", "cache_write_1h");
    tokens.put("output_cost_per_reasoning_token", "reasoning");
    tokens.put("input_cost_per_audio_token", "audio_input");
    tokens.put("output_cost_per_audio_token", "audio_output");
    return tokens;
  }

  /**
   * Reads a deployment's prices and sizes.
   *
   * @param parts the tables to read; the first with a value wins
   */
  void read(List<Part> parts, String provider, String model) {
    var line = new LinkedHashMap<String, String>();
    for (var part : parts) {
      TOKENS.forEach(
          (theirs, ours) ->
              part.number(theirs)
                  .ifPresent(
                      price ->
                          line.putIfAbsent(
                              ours, Budgets.usd(price.scaleByPowerOfTen(MILLION_DIGITS)))));
      longPrompts(part, line);
      part.number("input_cost_per_request")
          .ifPresent(price -> line.putIfAbsent("per_request", Budgets.usd(price)));
      INSTEAD.forEach(
          (theirs, ours) -> {
            if (part.has(theirs)) {
              part.noCounterpart(theirs, "add it as " + ours);
            }
          });
    }
    if (!line.isEmpty()) {
      line.putIfAbsent("input", "0");
      line.putIfAbsent("output", "0");
    }
    if (line.containsKey(ABOVE)) {
      line.putIfAbsent(LONG + "input", line.getOrDefault("input", "0"));
      line.putIfAbsent(LONG + "output", line.getOrDefault("output", "0"));
    }
    size(parts, line);
    if (line.isEmpty()) {
      return;
    }
    var earlier = lines.putIfAbsent(List.of(provider, model), line);
    if (earlier != null && !earlier.equals(line)) {
      parts.getFirst().note("input_cost_per_token", "an earlier price of the same model applies");
    }
  }

  /** What a request costs whose prompt is long. There is one step. */
  private static void longPrompts(Part part, Map<String, String> line) {
    for (var key : part.keys()) {
      var step = LONG_PROMPT.matcher(key);
      if (!step.matches()) {
        continue;
      }
      var above = step.group(2) + "000";
      if (!above.equals(line.getOrDefault(ABOVE, above))) {
        part.noCounterpart(key, "[[pricing]] has one step for long prompts");
        continue;
      }
      part.number(key)
          .ifPresent(
              price -> {
                line.put(ABOVE, above);
                line.putIfAbsent(
                    LONG + step.group(1), Budgets.usd(price.scaleByPowerOfTen(MILLION_DIGITS)));
              });
    }
  }

  /** Sizes without prices are not worth a line: the price tables know them. */
  private static void size(List<Part> parts, Map<String, String> line) {
    var longest = size(parts, "max_output_tokens");
    var prompt = size(parts, "max_input_tokens");
    if (!line.isEmpty()) {
      longest.ifPresent(tokens -> line.put("max_output_tokens", whole(tokens)));
      prompt.ifPresent(
          tokens -> line.put("context_window", whole(tokens.add(longest.orElse(BigDecimal.ZERO)))));
    }
  }

  private static Optional<BigDecimal> size(List<Part> parts, String key) {
    return parts.stream()
        .map(part -> part.number(key))
        .flatMap(Optional::stream)
        .filter(tokens -> tokens.signum() > 0)
        .findFirst();
  }

  private static String whole(BigDecimal tokens) {
    return tokens.setScale(0, RoundingMode.CEILING).toPlainString();
  }

  void write(TomlText toml) {
    lines.forEach(
        (name, line) -> {
          toml.gap()
              .element("pricing")
              .put("model", name.getLast())
              .put("provider", name.getFirst());
          line.forEach(toml::plain);
        });
  }
}
