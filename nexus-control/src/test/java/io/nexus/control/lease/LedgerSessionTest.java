package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.journal.JournalFolder;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long calls of the ledger take, and what requests make of it. */
class LedgerSessionTest {

  private static final long MILLI = 1_000_000;
  private static final long DRAW_WAIT_MILLIS = 150;

  @TempDir Path dir;

  private final AtomicLong nanos = new AtomicLong(5_000 * MILLI);
  private final InstantSource clock =
      () -> Instant.parse("2026-11-23T10:30:00Z").plusNanos(nanos.get());
  private JournalFolder folder;
  private LedgerSession session;

  @BeforeEach
  void start() throws Exception {
    folder = JournalFolder.open(dir);
    var wait = Duration.ofMillis(DRAW_WAIT_MILLIS);
    var terms =
        new LeaseTerms("a", dir, 1 << 20, Duration.ofMinutes(1), Money.usd("1"), wait, false);
    var ledger = new MemoryLedger(clock, 10);
    session =
        new LedgerSession(
            () -> ledger,
            terms,
            "now",
            folder,
            new MachineTime(clock, nanos::get),
            LeaseListener.NONE);
  }

  @AfterEach
  void stop() throws Exception {
    folder.close();
  }

  private void call(long millis) throws Exception {
    session.run((_, _) -> nanos.addAndGet(millis * MILLI));
  }

  private long patienceMillis() {
    return session.patienceNanos() / MILLI;
  }

  /** Six calls' time, which rises by a quarter of the difference and falls by a sixteenth. */
  @Test
  void patience_isThatOfSlowCalls() throws Exception {
    assertEquals(DRAW_WAIT_MILLIS, patienceMillis());
    call(100);
    assertEquals(6 * 100, patienceMillis());
    call(500);
    assertEquals(6 * (100 + 400 / 4), patienceMillis());
    call(40);
    assertEquals(6 * (200 - 160 / 16), patienceMillis());
    call(190);
    assertEquals(6 * 190, patienceMillis());
    for (int i = 0; i < 200; i++) {
      call(0);
    }
    assertEquals(DRAW_WAIT_MILLIS, patienceMillis());
  }

  @Test
  void call_longerThanAnyRequestWaits_isStuck() throws Exception {
    var began = clock.instant();
    session.run(
        (_, _) -> {
          nanos.addAndGet(DRAW_WAIT_MILLIS * MILLI);
          assertFalse(session.isStuck());
          assertEquals(began, session.calledAt());
          nanos.incrementAndGet();
          assertTrue(session.isStuck());
        });
    assertFalse(session.isStuck(), "it has ended");
  }

  @Test
  void looks_afterAChange_areFourAndAQuarterOfASecondApart() {
    var change = new LooksAfterChange(0);
    assertEquals(2_000 * MILLI, change.next(0, 2_000 * MILLI), "no change yet");
    change.begin(1_000 * MILLI);
    assertEquals(1_000 * MILLI, change.sinceNanos(1_249 * MILLI));
    assertEquals(250 * MILLI, change.next(1_000 * MILLI, 2_000 * MILLI));
    assertEquals(1_250 * MILLI, change.sinceNanos(1_250 * MILLI));
    assertEquals(250 * MILLI, change.next(1_749 * MILLI, 2_000 * MILLI));
    assertEquals(2_000 * MILLI, change.next(1_750 * MILLI, 2_000 * MILLI));
    assertEquals(1_750 * MILLI, change.sinceNanos(60_000 * MILLI));
  }
}
