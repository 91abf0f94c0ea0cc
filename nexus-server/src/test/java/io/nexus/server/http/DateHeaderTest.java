package io.nexus.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DateHeaderTest {

  @Test
  void now_daysOfOneAndTwoDigits_isAsTheRfcWrites() {
    var clock = new AtomicReference<>(Instant.parse("2026-12-01T00:00:00Z"));
    var date = new DateHeader(clock::get);
    var first = date.now();
    assertEquals("Tue, 01 Dec 2026 00:00:00 GMT", first.get());
    clock.set(Instant.parse("2026-12-01T00:00:00.999Z"));
    assertSame(first, date.now());
    clock.set(Instant.parse("2026-12-10T23:59:59Z"));
    assertEquals("Thu, 10 Dec 2026 23:59:59 GMT", date.now().get());
    // A clock that is set back.
    clock.set(Instant.parse("2026-02-28T01:02:03Z"));
    assertEquals("Sat, 28 Feb 2026 01:02:03 GMT", date.now().get());
  }
}
