package io.nexus.control.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.memory.MemoryLedger;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryLedgerTest extends LedgerContract {

  private final Ledger ledger = new MemoryLedger(InstantSource.system(), 1000);

  @Override
  protected Ledger open() {
    return ledger;
  }

  @Test
  void module_ofTheTests_isNamed() {
    assertTrue(getClass().getModule().isNamed());
  }

  @Test
  void post_moreThanAreKept_forgetsTheOldestButNotTheirCost() throws Exception {
    var small = new MemoryLedger(InstantSource.system(), 2);
    var charge = new BudgetCycle("global", NOVEMBER);
    for (int i = 0; i < 5; i++) {
      small.post("a", "a-1", List.of(record("r" + i, "1", charge)));
    }
    assertEquals(2, small.verify().records());
    assertTrue(small.verify().agrees());
    assertEquals("5", small.balances().getFirst().settled().toString());
  }
}
