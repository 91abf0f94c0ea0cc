package io.nexus.server.flow;

import io.nexus.control.spi.BackendReply;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Learns from a backend's answer that its quota is used up, and until when. Providers have their
 * own headers for that: {@code x-ratelimit-remaining-requests: 0} with {@code
 * x-ratelimit-reset-requests: 6m0s}, or {@code anthropic-ratelimit-requests-remaining: 0} with
 * {@code anthropic-ratelimit-requests-reset: 2026-03-10T12:00:00Z}.
 */
final class LearnedQuota {

  private static final String REMAINING = "remaining";
  private static final String RESET = "reset";
  private static final String OPENAI = "x-ratelimit-";
  private static final String ANTHROPIC = "anthropic-ratelimit-";

  /** Go's format of durations, or plain seconds. */
  private static final Pattern DURATION =
      Pattern.compile(
          "(?:(\\d+)h)?(?:(\\d+)m(?!s))?(?:(\\d+(?:\\.\\d+)?)s?)?(?:(\\d+(?:\\.\\d+)?)ms)?");

  /** Plain numbers from here on are times in seconds of the epoch. */
  private static final long EPOCH_SECONDS = 1_000_000_000;

  private static final long NEVER = -1;

  private final long nowMillis;
  private long untilMillis = NEVER;

  private LearnedQuota(long nowMillis) {
    this.nowMillis = nowMillis;
  }

  /** Pauses a destination whose quota is used up, until it is restored. */
  static void learn(BackendReply reply, Rest rest) {
    var used = new Used();
    reply.eachHeader(LearnedQuota::isLimit, used::note);
    if (used.any) {
      var learned = new LearnedQuota(rest.nowMillis());
      reply.eachHeader(LearnedQuota::isLimit, (name, value) -> learned.note(name, value, used));
      if (learned.untilMillis > learned.nowMillis) {
        rest.until(learned.untilMillis);
      }
    }
  }

  /** The units that are used up; empty for most answers. */
  private static final class Used {
    private boolean any;
    private String units = "";

    void note(String name, String value) {
      if (value.strip().equals("0") && contains(name, REMAINING)) {
        any = true;
        units += ' ' + unit(name, REMAINING) + ' ';
      }
    }

    boolean of(String unit) {
      return units.contains(' ' + unit + ' ');
    }
  }

  private void note(String name, String value, Used used) {
    if (contains(name, RESET) && used.of(unit(name, RESET))) {
      untilMillis = Math.max(untilMillis, moment(value.strip()));
    }
  }

  private static boolean isLimit(String name) {
    return begins(name, OPENAI) || begins(name, ANTHROPIC);
  }

  private static boolean begins(String name, String prefix) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  private static boolean contains(String name, String word) {
    return name.toLowerCase(Locale.ROOT).contains(word);
  }

  /** The unit in a header's name, without prefix and keyword. */
  private static String unit(String name, String word) {
    var lower = name.toLowerCase(Locale.ROOT);
    return lower
        .replaceFirst("^(x|anthropic)-ratelimit-", "")
        .replace(word, "")
        .replace("--", "-")
        .replaceFirst("^-", "")
        .replaceFirst("-$", "");
  }

  private long moment(String text) {
    var parts = DURATION.matcher(text);
    if (!text.isEmpty() && text.length() < 20 && parts.matches()) {
      long millis =
          millis(parts.group(1), 3_600_000)
              + millis(parts.group(2), 60_000)
              + millis(parts.group(3), 1000)
              + millis(parts.group(4), 1);
      return millis >= EPOCH_SECONDS * 1000 ? millis : nowMillis + millis;
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      return NEVER;
    }
  }

  private static long millis(@Nullable String count, long each) {
    return count == null ? 0 : new BigDecimal(count).multiply(BigDecimal.valueOf(each)).longValue();
  }
}
