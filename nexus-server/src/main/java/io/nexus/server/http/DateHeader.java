package io.nexus.server.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The {@code Date} of answers as RFC 9110 §5.6.7 writes it: the day of the month has two digits,
 * which those of Helidon 4.5.0 lack on the first nine days. Made once a second; for many threads.
 */
public final class DateHeader {

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final PlainHeader.Name DATE = new PlainHeader.Name(HeaderNames.DATE);
  private static final long MILLIS_A_SECOND = 1000;

  private record Made(long second, Header header) {
    static Made at(long second) {
      return new Made(second, DATE.of(FORMAT.format(Instant.ofEpochSecond(second))));
    }
  }

  private final InstantSource clock;
  private volatile Made made = Made.at(0);

  /** Creates the header of a clock. */
  public DateHeader(InstantSource clock) {
    this.clock = clock;
  }

  /** The header for an answer that is sent now. */
  public Header now() {
    long second = Math.floorDiv(clock.millis(), MILLIS_A_SECOND);
    var last = made;
    if (last.second == second) {
      return last.header;
    }
    var next = Made.at(second);
    made = next;
    return next.header;
  }
}
