package io.nexus.server.litellm;

import io.nexus.server.setup.TomlText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The budgets in the proxy's configuration. */
final class Budgets {

  private static final int DECIMALS = 9;

  private record Line(
      String name,
      BigDecimal limit,
      String window,
      Map<String, String> match,
      String per,
      int line) {}

  private final List<Line> lines = new ArrayList<>();
  private final Set<String> names = new HashSet<>(Set.of("global"));
  private Optional<BigDecimal> monthly = Optional.empty();

  /** Adds the global budget. */
  void all(Part part, String limitKey, String durationKey) {
    part.number(limitKey)
        .ifPresent(
            limit -> {
              var window = window(part, durationKey);
              if (window.equals("monthly") && monthly.isEmpty()) {
                monthly = Optional.of(limit);
              } else {
                add("all", limit, window, Map.of(), "", part.line(limitKey));
              }
            });
  }

  /** Adds a budget with a condition. */
  void of(String name, Part part, String limitKey, String durationKey, Map<String, String> match) {
    part.number(limitKey)
        .ifPresent(
            limit -> add(name, limit, window(part, durationKey), match, "", part.line(limitKey)));
  }

  /** Adds a budget for each value of a dimension. */
  void each(String dimension, Part part, String limitKey, String durationKey) {
    part.number(limitKey)
        .ifPresent(
            limit ->
                add(
                    "each-" + dimension,
                    limit,
                    window(part, durationKey),
                    Map.of(),
                    dimension,
                    part.line(limitKey)));
  }

  private static String window(Part part, String key) {
    var duration = part.text(key);
    if (duration.isEmpty()) {
      return "lifetime";
    }
    var window = Windows.of(duration.get().text());
    if (window.isEmpty()) {
      part.note(key, "is no length known here: the budget is for a month");
    }
    return window.orElse("monthly");
  }

  private void add(
      String name,
      BigDecimal limit,
      String window,
      Map<String, String> match,
      String per,
      int line) {
    var plain = name.replaceAll("[^A-Za-z0-9._-]+", "-");
    var base = plain.substring(0, Math.min(plain.length(), 56));
    var free = base;
    for (int i = 2; !names.add(free); i++) {
      free = base + "-" + i;
    }
    lines.add(new Line(free, limit, window, new TreeMap<>(match), per, line));
  }

  void write(TomlText toml) {
    monthly.ifPresent(
        limit ->
            toml.gap()
                .table("budget")
                .plain("monthly_limit", usd(limit))
                .put("hard_limit_action", "reject"));
    for (var line : lines) {
      toml.gap()
          .remark("From line " + line.line + ".")
          .element("budgets")
          .put("name", line.name)
          .plain("limit", usd(line.limit))
          .put("window", line.window)
          .put("hard_limit_action", "reject");
      if (!line.per.isEmpty()) {
        toml.put("per", line.per);
      }
      if (!line.match.isEmpty()) {
        var pairs = new ArrayList<String>();
        line.match.forEach((key, value) -> pairs.add(key + " = " + TomlText.quoted(value)));
        toml.plain("match", "{ " + String.join(", ", pairs) + " }");
      }
    }
  }

  /** An amount in dollars, at most nine decimals, rounded up. */
  static String usd(BigDecimal amount) {
    var fitting =
        amount.scale() > DECIMALS ? amount.setScale(DECIMALS, RoundingMode.CEILING) : amount;
    return fitting.signum() < 0 ? "0" : fitting.stripTrailingZeros().toPlainString();
  }
}
