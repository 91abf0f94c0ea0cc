package io.nexus.control.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.nexus.control.budget.Cycle;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Keys with handwritten equality differ if any one component differs. */
class KeysTest {

  private static final Instant DAY = Instant.parse("2026-11-01T00:00:00Z");
  private static final Instant NEXT = DAY.plusSeconds(86_400);
  private static final Instant LATER = NEXT.plusSeconds(86_400);

  @Test
  void equals_anyComponentDiffers_isNot() {
    assertDistinct(
        List.of(
            () -> new Cycle(DAY, NEXT), () -> new Cycle(DAY, LATER), () -> new Cycle(NEXT, LATER)));
    assertDistinct(
        List.of(
            () -> new BudgetCycle("a", new Cycle(DAY, NEXT)),
            () -> new BudgetCycle("b", new Cycle(DAY, NEXT)),
            () -> new BudgetCycle("a", new Cycle(NEXT, LATER)),
            () -> new BudgetCycle("a", new Cycle(DAY, LATER))));
    assertDistinct(
        List.of(
            () -> new RecordId("r", 1, 0),
            () -> new RecordId("s", 1, 0),
            () -> new RecordId("r", 2, 0),
            () -> new RecordId("r", 1, 1)));
  }

  private static void assertDistinct(List<Supplier<Object>> all) {
    for (int i = 0; i < all.size(); i++) {
      var one = all.get(i).get();
      var again = all.get(i).get();
      assertEquals(one, again);
      assertEquals(one.hashCode(), again.hashCode());
      for (int j = 0; j < i; j++) {
        assertNotEquals(one, all.get(j).get());
      }
    }
  }
}
