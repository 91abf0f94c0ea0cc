package io.nexus.bench.load;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LedgerScenarioTest {
  private final LoadOptions options = new LoadOptions();

  @Test
  void check_ledgerInMemory_saysWhatToUse() {
    var e = assertThrows(IllegalArgumentException.class, () -> LedgerScenario.check(options));
    assertTrue(String.valueOf(e.getMessage()).contains("--ledger sqlite"), e::toString);
  }

  @Test
  void check_gatewayWithoutKnownProcess_isRefused() {
    options.ledger = Gateway.Ledger.sqlite;
    LedgerScenario.check(options);
    options.gatewayUrl = "http://127.0.0.1:8000";
    assertThrows(IllegalArgumentException.class, () -> LedgerScenario.check(options));
    options.gatewayPid = 1;
    assertDoesNotThrow(() -> LedgerScenario.check(options));
  }
}
