package io.nexus.control.lease;

import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A ledger that tests can cut off or delay. */
final class FaultyLedger {

  private final Ledger ledger;
  private volatile boolean down;
  private volatile boolean losesAnswers;
  private volatile @Nullable Error broken;
  private final AtomicInteger blocked = new AtomicInteger();
  private final AtomicInteger looks = new AtomicInteger();
  private volatile Duration latency = Duration.ZERO;
  private volatile String gated = "";
  private volatile CountDownLatch gate = new CountDownLatch(0);

  FaultyLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Every call fails. */
  void down(boolean cut) {
    down = cut;
  }

  /** Every call ends with what no caller expects; with null they work again. */
  void breaks(@Nullable Error error) {
    broken = error;
  }

  /** Every call takes effect and then fails. */
  void losesAnswers(boolean loses) {
    losesAnswers = loses;
  }

  /** The duration of every call. */
  void slow(Duration time) {
    latency = time;
  }

  /** Every call waits. */
  void block() {
    block("");
  }

  /** Every call of that method waits. */
  void block(String method) {
    gated = method;
    gate = new CountDownLatch(1);
  }

  /** How many calls wait. */
  int blocked() {
    return blocked.get();
  }

  /** They go on. */
  void unblock() {
    gate.countDown();
  }

  /** The number of reads of the budgets' standing. */
  int looks() {
    return looks.get();
  }

  Ledger ledger() {
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (_, method, arguments) -> {
              if (method.getName().startsWith(gated)) {
                blocked.incrementAndGet();
                gate.await();
                blocked.decrementAndGet();
              }
              LockSupport.parkNanos(latency.toNanos());
              if (method.getName().equals("giveBack")) {
                looks.incrementAndGet();
              }
              if (down && !method.getName().equals("close")) {
                throw new LedgerException(Kind.UNREACHABLE, "ledger: cut off for a test");
              }
              var error = broken;
              if (error != null && !method.getName().equals("close")) {
                throw error;
              }
              try {
                var answer = method.invoke(ledger, arguments);
                if (losesAnswers) {
                  throw new LedgerException(Kind.UNREACHABLE, "ledger: the answer was lost");
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}
