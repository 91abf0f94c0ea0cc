package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.Admission;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Draws in advance, before a request has to wait. */
@Timeout(60)
class RefillTest {

  @TempDir Path dir;

  private final TestTime time = new TestTime();
  private final MemoryLedger ledger = new MemoryLedger(time::instant, 100_000);
  private Gateway gateway;

  @BeforeEach
  void start() throws Exception {
    gateway = new Gateway("a", ledger, dir, time.machine(), false);
  }

  /** Lets some time pass and the ledger's thread go round. */
  private void round(Duration duration) {
    time.pass(duration);
    gateway.funds.awaitFirstView();
  }

  private void awaitPosted() throws InterruptedException {
    while (gateway.funds.figures().recordsPending() > 0) {
      Thread.sleep(2);
    }
  }

  @Test
  void refill_fastSpend_keepsNoMoreThanTheLargestChunkAhead() throws Exception {
    var most = Money.ZERO;
    for (int i = 0; i < 20; i++) {
      assertEquals(new Admission.Held(true), gateway.spend("0.3"));
      awaitPosted();
      round(Duration.ofMillis(500));
      var ahead = ledger.balances().getFirst().outstanding();
      most = ahead.compareTo(most) > 0 ? ahead : most;
    }
    assertTrue(most.compareTo(Gateway.MAX_CHUNK) <= 0, "ahead " + most);
    assertTrue(most.nanos() > Gateway.MAX_CHUNK.nanos() / 2, "ahead " + most);
    gateway.funds.close();
  }

  @Test
  void refill_ledgerHasNothingLeft_isNotAskedForAgainAndAgain() {
    for (int i = 0; i < 10; i++) {
      assertEquals(new Admission.Held(true), gateway.spend("1"));
      time.pass(Duration.ofSeconds(1));
    }
    for (int i = 0; i < 3; i++) {
      round(Duration.ofMillis(150));
    }
    long draws = gateway.funds.figures().draws();
    for (int i = 0; i < 5; i++) {
      round(Duration.ofMillis(150));
    }
    assertEquals(draws, gateway.funds.figures().draws());
    gateway.funds.close();
  }
}
