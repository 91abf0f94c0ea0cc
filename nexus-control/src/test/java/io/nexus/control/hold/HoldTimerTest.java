package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.OutputPace.Showing;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HoldTimerTest {

  private static final long MILLI = 1_000_000;

  private final AtomicLong now = new AtomicLong();
  private final HoldTimer timer = new HoldTimer(now::get);

  @AfterEach
  void close() {
    timer.close();
  }

  /** A hold with an extension for each permit. */
  private static final class Held implements Extensible {
    final Semaphore permits = new Semaphore(0);
    final AtomicLong extensions = new AtomicLong();
    final AtomicLong covered = new AtomicLong(512);

    @Override
    public long covered() {
      return covered.get();
    }

    @Override
    public long allowed() {
      return 1_000_000;
    }

    @Override
    public boolean extend(long moreTokens) {
      if (!permits.tryAcquire()) {
        return false;
      }
      extensions.incrementAndGet();
      covered.addAndGet(moreTokens);
      return true;
    }

    @Override
    public void ask(long moreTokens, Runnable answered) {}

    @Override
    public void await(long moreTokens, long patienceNanos) {}

    @Override
    public boolean isScarce(long moreTokens) {
      return false;
    }
  }

  private static HoldExtender extender(Held held) {
    var pace = new OutputPace(Showing.UNKNOWN, 2_000);
    return new HoldExtender(held, new MadeOutput(pace, 1, 0, true), 0);
  }

  @Test
  void tick_beforeAHoldIsDue_doesNothing() {
    var held = new Held();
    try (var _ = timer.watch(extender(held), () -> held.extensions.set(-1))) {
      now.set(200 * MILLI);
      timer.tick(now.get());
      assertEquals(0, held.extensions.get());
    }
  }

  @Test
  void silence_ofAStream_extendsItsHoldAndThenCutsItOnce() throws Exception {
    var held = new Held();
    held.permits.release(100);
    var cuts = new Semaphore(0);
    timer.start();
    try (var _ = timer.watch(extender(held), cuts::release)) {
      now.set(1_000 * MILLI);
      while (held.covered.get() < 2_000) {
        Thread.onSpinWait();
      }
      assertEquals(0, cuts.availablePermits());
      held.permits.drainPermits();
      now.set(60_000 * MILLI);
      assertTrue(cuts.tryAcquire(10, TimeUnit.SECONDS));
      now.set(120_000 * MILLI);
      timer.tick(now.get());
      assertFalse(cuts.tryAcquire(200, TimeUnit.MILLISECONDS), "once");
    }
  }

  /** Whichever of streams that begin at once is first, the thread is woken. */
  @Test
  void streams_thatBeginAtOnceWhileNoneRuns_areLookedAt() throws Exception {
    timer.start();
    now.set(60_000 * MILLI);
    var cuts = new Semaphore(0);
    for (int round = 0; round < 40; round++) {
      var begin = new AtomicBoolean();
      for (int i = 0; i < 4; i++) {
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!begin.get()) {
                    Thread.onSpinWait();
                  }
                  timer.watch(extender(new Held()), cuts::release);
                });
      }
      begin.set(true);
      assertTrue(cuts.tryAcquire(4, 10, TimeUnit.SECONDS), "round " + round);
    }
  }

  @Test
  void stream_thatHasEnded_isForgotten() {
    var held = new Held();
    held.permits.release(100);
    var watch = timer.watch(extender(held), () -> held.extensions.set(-1));
    watch.close();
    now.set(60_000 * MILLI);
    timer.tick(now.get());
    assertEquals(0, held.extensions.get());
  }

  /** An extension may wait for the journal: the others must not wait with it. */
  @Test
  void extension_thatTakesLong_holdsNobodyUp() throws Exception {
    var entered = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var slow =
        new HoldExtender(
            new Extensible() {
              @Override
              public long covered() {
                return 512;
              }

              @Override
              public long allowed() {
                return 1_000_000;
              }

              @Override
              public boolean extend(long moreTokens) {
                entered.countDown();
                try {
                  go.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                return false;
              }

              @Override
              public void ask(long moreTokens, Runnable answered) {}

              @Override
              public void await(long moreTokens, long patienceNanos) {}

              @Override
              public boolean isScarce(long moreTokens) {
                return false;
              }
            },
            new MadeOutput(new OutputPace(Showing.UNKNOWN, 2_000), 1, 0, true),
            0);
    var quick = new Held();
    quick.permits.release(100);
    timer.start();
    try (var _ = timer.watch(slow, () -> {});
        var _ = timer.watch(extender(quick), () -> {})) {
      now.set(1_000 * MILLI);
      assertTrue(entered.await(10, TimeUnit.SECONDS));
      now.set(2_000 * MILLI);
      while (quick.covered.get() < 4_000) {
        Thread.onSpinWait();
      }
    } finally {
      go.countDown();
    }
  }
}
