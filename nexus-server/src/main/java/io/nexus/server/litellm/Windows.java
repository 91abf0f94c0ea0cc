package io.nexus.server.litellm;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Converts durations of the proxy's budgets to windows. */
final class Windows {

  /** The proxy resets these at the end of the hour, the day, the week and the month. */
  private static final Map<String, String> CALENDAR =
      Map.of(
          "1h", "hourly",
          "24h", "daily",
          "1d", "daily",
          "7d", "weekly",
          "1w", "weekly",
          "30d", "monthly",
          "1mo", "monthly");

  private static final Pattern PLAIN = Pattern.compile("[1-9][0-9]{0,6}[smhd]");
  private static final Pattern WEEKS = Pattern.compile("([1-9][0-9]{0,3})w");

  private Windows() {}

  /** The window; empty if it cannot be converted. */
  static Optional<String> of(String duration) {
    var text = duration.strip().toLowerCase(Locale.ROOT);
    if (CALENDAR.containsKey(text)) {
      return Optional.of(CALENDAR.get(text));
    }
    var weeks = WEEKS.matcher(text);
    if (weeks.matches()) {
      return Optional.of(7 * Integer.parseInt(weeks.group(1)) + "d");
    }
    return PLAIN.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }
}
