package io.nexus.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Spellings of earlier versions that are still accepted, each with its current one. */
final class OldSpellings {

  private static final String SECONDS = "_seconds";

  /**
   * An earlier spelling of a key.
   *
   * @param old the old path, relative to the table of the current key
   * @param value converts the old key's value
   */
  record Spelling(String old, UnaryOperator<String> value) {
    Spelling(String old) {
      this(old, UnaryOperator.identity());
    }
  }

  /** The tables and keys, by their current paths without list positions. */
  private static final Map<String, List<Spelling>> KEYS =
      Map.ofEntries(
          entry("budget", "routing.budget"),
          entry("budget.monthly_limit", "monthly_limit_usd"),
          entry("budget.billing_cycle_start_day", "billing_cycle_day"),
          entry("budget.time_zone", "timezone"),
          percent("budget.soft_limit_percent"),
          entry("budgets.limit", "monthly_limit", "monthly_limit_usd", "limit_usd"),
          entry("budgets.billing_cycle_start_day", "billing_cycle_day"),
          entry("budgets.time_zone", "timezone"),
          percent("budgets.soft_limit_percent"),
          entry("backends.type", "backend_type"));

  /** Values, by the name of their key in any table. */
  private static final Map<String, Map<String, String>> VALUES =
      Map.of(
          "hard_limit_action",
          Map.ofEntries(
              Map.entry("LocalOnly", "local-only"),
              Map.entry("local_only", "local-only"),
              Map.entry("BlockCloud", "local-only"),
              Map.entry("block_cloud", "local-only"),
              Map.entry("block-cloud", "local-only"),
              Map.entry("Queue", "queue"),
              Map.entry("Reject", "reject"),
              Map.entry("BlockAll", "reject"),
              Map.entry("block_all", "reject"),
              Map.entry("block-all", "reject"),
              Map.entry("Warn", "warn")));

  private OldSpellings() {}

  private static Map.Entry<String, List<Spelling>> entry(String path, String... old) {
    return Map.entry(path, Arrays.stream(old).map(Spelling::new).toList());
  }

  private static Map.Entry<String, List<Spelling>> percent(String path) {
    return Map.entry(
        path,
        List.of(
            new Spelling("soft_limit_percentage"),
            new Spelling("soft_limit_threshold", OldSpellings::fractionToPercent)));
  }

  /** Earlier thresholds were fractions, or percentages if above 1. */
  private static String fractionToPercent(String text) {
    try {
      var number = new BigDecimal(text);
      return number.compareTo(BigDecimal.ONE) <= 0 && number.signum() > 0
          ? number.multiply(new BigDecimal(BigInteger.valueOf(100))).toString()
          : text;
    } catch (NumberFormatException e) {
      return text;
    }
  }

  /**
   * The older spellings of a table or key.
   *
   * @param path its path without positions in lists
   * @param name its last part
   */
  static List<Spelling> ofKey(String path, String name) {
    return name.endsWith(SECONDS)
        ? List.of(new Spelling(name.substring(0, name.length() - SECONDS.length()) + "_secs"))
        : KEYS.getOrDefault(path, List.of());
  }

  /** The current spelling of a value of the key. */
  static String presentValue(String key, String value) {
    return VALUES.getOrDefault(key, Map.of()).getOrDefault(value, value);
  }
}
