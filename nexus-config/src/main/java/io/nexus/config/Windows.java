package io.nexus.config;

import io.nexus.control.budget.Window;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The type of a budget's window. */
final class Windows {

  private static final Map<String, Window> NAMED =
      Map.of(
          "hourly", new Window.Hourly(),
          "daily", new Window.Daily(),
          "weekly", new Window.Weekly(),
          "monthly", new Window.Monthly(1),
          "lifetime", new Window.Lifetime());
  private static final Pattern DURATION = Pattern.compile("([1-9]\\d{0,8})([smhd])");

  private Windows() {}

  /** A window; a monthly one starts on the first unless {@link #startingOn} changes that. */
  static Type<Window> type() {
    return new Type<>(
        "give hourly, daily, weekly, monthly, lifetime, or a duration such as \"30s\", \"15m\","
            + " \"12h\" or \"7d\"",
        new Window.Lifetime(),
        text ->
            Optional.ofNullable(NAMED.get(text))
                .or(() -> duration(text))
                .map(Parsed::ok)
                .orElseGet(() -> Parsed.wrong(Types.shown(text) + " is no window")),
        window -> Toml.text(spelling(window)));
  }

  /** A monthly window with its start day; any other unchanged. */
  static Window startingOn(int day, Window window) {
    return window instanceof Window.Monthly ? new Window.Monthly(day) : window;
  }

  private static Optional<Window> duration(String text) {
    var match = DURATION.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(match.group(1));
    return Optional.of(
        new Window.Every(
            switch (match.group(2)) {
              case "s" -> Duration.ofSeconds(count);
              case "m" -> Duration.ofMinutes(count);
              case "h" -> Duration.ofHours(count);
              default -> Duration.ofDays(count);
            }));
  }

  /** As the configuration spells it. */
  static String spelling(Window window) {
    return switch (window) {
      case Window.Hourly _ -> "hourly";
      case Window.Daily _ -> "daily";
      case Window.Weekly _ -> "weekly";
      case Window.Monthly _ -> "monthly";
      case Window.Lifetime _ -> "lifetime";
      case Window.Every(var length) -> spelling(length.toSeconds());
    };
  }

  private static String spelling(long seconds) {
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
