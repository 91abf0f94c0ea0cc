package io.nexus.server.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class ExchangeTest {

  @Test
  void id_later_sortsBehind() {
    long now = 1_764_000_000_000L;
    for (long later : new long[] {1, 255, 256, 86_400_000, 1L << 40}) {
      assertTrue(Exchange.id(now).compareTo(Exchange.id(now + later)) < 0, () -> "by " + later);
    }
  }

  @Test
  void id_sameMoment_isAnother() {
    var ids = new HashSet<String>();
    for (int i = 0; i < 100_000; i++) {
      ids.add(Exchange.id(0));
    }
    assertEquals(100_000, ids.size());
    assertTrue(ids.stream().allMatch(id -> id.matches("req_[0-9a-f]{32}")));
  }
}
