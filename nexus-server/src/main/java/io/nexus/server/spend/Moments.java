package io.nexus.server.spend;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Pattern;

/**
 * Parses times.
 *
 * @param now the reference of {@code 7d}
 * @param zone the zone of days without an offset
 */
public record Moments(Instant now, ZoneId zone) {

  /** The formats of {@link #read}, for messages. */
  public static final String FORMS =
      "give a day such as 2026-11-01, an instant such as 2026-11-01T12:00:00Z, or how long ago,"
          + " such as 90m, 24h or 7d";

  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhd])");
  private static final int LENGTH_OF_DAY = "2026-11-01".length();

  /**
   * Parses a time; a day stands for its beginning.
   *
   * @throws IllegalArgumentException if it is not a time since 1970; the message says what is wrong
   *     and which formats are allowed
   */
  public Instant read(String text) {
    try {
      var moment = parse(text);
      if (moment.isBefore(Instant.EPOCH)) {
        throw new DateTimeException("before 1970");
      }
      return moment;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("'" + text + "' is no moment: " + FORMS, e);
    }
  }

  private Instant parse(String text) {
    var ago = AGO.matcher(text);
    if (ago.matches()) {
      return now.minus(duration(Long.parseLong(ago.group(1)), ago.group(2)));
    }
    if (text.length() == LENGTH_OF_DAY) {
      return LocalDate.parse(text).atStartOfDay(zone).toInstant();
    }
    // In a URL an unescaped plus arrives as a space.
    var written = text.replace(' ', '+');
    return written.endsWith("Z") || written.lastIndexOf('+') > 0 || hasOffset(written)
        ? OffsetDateTime.parse(written).toInstant()
        : LocalDateTime.parse(written).atZone(zone).toInstant();
  }

  private static boolean hasOffset(String text) {
    return text.lastIndexOf('-') > LENGTH_OF_DAY;
  }

  private static Duration duration(long count, String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
