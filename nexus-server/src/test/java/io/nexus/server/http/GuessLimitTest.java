package io.nexus.server.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GuessLimitTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5 * SECOND);
  private final GuessLimit guesses = new GuessLimit(nanos::get);

  /** The number of wrong keys checked of a run of them. */
  private int lookedAt(String address, int wrong) {
    int seen = 0;
    for (int i = 0; i < wrong; i++) {
      try {
        guesses.check(address);
        guesses.wrong(address);
        seen++;
      } catch (ApiException e) {
        assertEquals(429, e.status());
      }
    }
    return seen;
  }

  @Test
  void check_afterManyWrongKeys_letsOneThroughEachSecond() {
    assertEquals(GuessLimit.BURST, lookedAt("10.0.0.1", 1_000));
    for (int second = 0; second < 10; second++) {
      nanos.addAndGet(SECOND);
      assertEquals(1, lookedAt("10.0.0.1", 100));
    }
    nanos.addAndGet(60 * SECOND);
    assertEquals(GuessLimit.BURST, lookedAt("10.0.0.1", 100));
  }

  @Test
  void check_ofAnotherAddress_isNotConcerned() {
    lookedAt("10.0.0.1", 100);
    assertThrows(ApiException.class, () -> guesses.check("10.0.0.1"));
    assertDoesNotThrow(() -> guesses.check("10.0.0.2"));
  }

  @Test
  void wrong_fromManyAddresses_keepsABoundedNumber() {
    lookedAt("first", 100);
    for (int i = 0; i < 10_000; i++) {
      guesses.wrong("a" + i);
    }
    assertDoesNotThrow(() -> guesses.check("first"));
  }
}
