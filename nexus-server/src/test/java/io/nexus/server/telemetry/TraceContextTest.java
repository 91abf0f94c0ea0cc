package io.nexus.server.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";

  @Test
  void of_wellFormed_isRead() {
    var context = TraceContext.of("00-" + TRACE + "-" + PARENT + "-03", "a=b,c=d").orElseThrow();
    assertEquals(new TraceContext(TRACE, PARENT, "a=b,c=d", true), context);
    assertEquals("00-" + TRACE + "-1122334455667788-01", context.parentFor("1122334455667788"));
    assertFalse(TraceContext.of("00-" + TRACE + "-" + PARENT + "-02", "").orElseThrow().sampled());
    // A later version may have more to say.
    assertTrue(TraceContext.of("01-" + TRACE + "-" + PARENT + "-01-what", "").isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + TRACE + "-" + PARENT,
        "00-" + TRACE + "-" + PARENT + "-1",
        "00-" + TRACE + "-" + PARENT + "-01-more",
        "ff-" + TRACE + "-" + PARENT + "-01",
        "00-00000000000000000000000000000000-" + PARENT + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + PARENT + "-01",
        "00-" + TRACE + "-" + PARENT + "-01, 00-" + TRACE + "-" + PARENT + "-01"
      })
  void of_malformed_isLeftOut(String header) {
    assertEquals(Optional.empty(), TraceContext.of(header, "a=b"));
  }

  @Test
  void begin_ids_haveTheirLengthAndDiffer() {
    var first = TraceContext.begin(true);
    assertEquals(32, first.traceId().length());
    assertFalse(first.traceId().equals(TraceContext.begin(true).traceId()));
    assertTrue(TraceContext.of(first.parentFor(TraceContext.newId()), "").isPresent());
  }
}
