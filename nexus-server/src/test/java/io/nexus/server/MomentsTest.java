package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nexus.server.spend.Moments;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentsTest {

  private static final Moments MOMENTS =
      new Moments(Instant.parse("2026-11-23T12:00:00Z"), ZoneId.of("Europe/Berlin"));

  @ParameterizedTest
  @CsvSource({
    "2026-11-01, 2026-10-31T23:00:00Z",
    "2026-07-01, 2026-06-30T22:00:00Z",
    "2026-11-01T12:00:00Z, 2026-11-01T12:00:00Z",
    "2026-11-01T12:00:00, 2026-11-01T11:00:00Z",
    "2026-11-01T12:00:00+05:30, 2026-11-01T06:30:00Z",
    "2026-11-01T12:00:00 05:30, 2026-11-01T06:30:00Z",
    "2026-11-01T12:00:00-05:00, 2026-11-01T17:00:00Z",
    "7d, 2026-11-16T12:00:00Z",
    "24h, 2026-11-22T12:00:00Z",
    "90m, 2026-11-23T10:30:00Z",
    "0s, 2026-11-23T12:00:00Z"
  })
  void read_moment_isThatInstant(String text, String instant) {
    assertEquals(Instant.parse(instant), MOMENTS.read(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "7", "d", "-7d", "7w", "9999999d", "99999d", "2026-11", "2026-02-30", "now"})
  void read_noMoment_isRefusedWithWhatWouldDo(String text) {
    var e = assertThrows(IllegalArgumentException.class, () -> MOMENTS.read(text));
    assertEquals("'" + text + "' is no moment: " + Moments.FORMS, e.getMessage());
  }
}
