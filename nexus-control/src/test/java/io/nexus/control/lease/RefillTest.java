package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.Admission;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is drawn before a request has to wait for it. */
@Timeout(60)
class RefillTest {

  @TempDir Path dir;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-23T10:30:00Z"));
  private final MemoryLedger ledger = new MemoryLedger(now::get, 100_000);
  private Gateway gateway;

  @BeforeEach
  void start() throws Exception {
    gateway = new Gateway("a", ledger, dir, now::get, false);
  }

  /** Lets some time pass and the ledger's thread go round. */
  private void round(Duration time) {
    now.updateAndGet(t -> t.plus(time));
    gateway.treasury.awaitFirstView();
  }

  private void awaitPosted() throws InterruptedException {
    while (gateway.treasury.figures().recordsPending() > 0) {
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
    gateway.treasury.close();
  }

  @Test
  void refill_ledgerHasNothingLeft_isNotAskedForAgainAndAgain() {
    for (int i = 0; i < 10; i++) {
      assertEquals(new Admission.Held(true), gateway.spend("1"));
      now.updateAndGet(t -> t.plusSeconds(1));
    }
    for (int i = 0; i < 3; i++) {
      round(Duration.ofMillis(150));
    }
    long draws = gateway.treasury.figures().draws();
    for (int i = 0; i < 5; i++) {
      round(Duration.ofMillis(150));
    }
    assertEquals(draws, gateway.treasury.figures().draws());
    gateway.treasury.close();
  }
}
