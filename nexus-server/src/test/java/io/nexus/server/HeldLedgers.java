package io.nexus.server;

import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.Standing;
import io.nexus.control.spi.LedgerFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before the installed ledgers. Once one of them has granted money, every further call waits
 * until it is released.
 */
final class HeldLedgers implements LedgerFactory {

  private static final long PATIENCE_SECONDS = 20;

  private final Extensions installed = Extensions.installed();
  private final CountDownLatch waiting = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final Set<String> callers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean granted;

  /** The installed extensions, with these ledgers. */
  Extensions extensions() {
    return new Extensions(
        installed.reconcilers(),
        installed.tokenCounters(),
        installed.pricingSources(),
        installed.backendClients(),
        List.of(this));
  }

  /** Waits until a call waits; fails after 20 seconds. */
  void awaitHeld() throws InterruptedException {
    if (!waiting.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no call came after the first grant");
    }
  }

  /** Lets the calls go on. */
  void release() {
    released.countDown();
  }

  /** How many calls were answered. */
  int answered() {
    return answered.get();
  }

  /** The names of all threads that have called. */
  Set<String> callers() {
    return callers;
  }

  @Override
  public String name() {
    return "held";
  }

  @Override
  public boolean opens(String url) {
    return true;
  }

  private LedgerFactory real(LedgerSettings settings) {
    return installed.ledgers().stream()
        .filter(each -> each.opens(settings.url()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public LedgerReports books(LedgerSettings settings) throws LedgerException {
    return real(settings).books(settings);
  }

  @Override
  public Ledger open(LedgerSettings settings) throws LedgerException {
    var ledger = real(settings).open(settings);
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (_, method, arguments) -> {
              callers.add(Thread.currentThread().getName());
              if (granted) {
                waiting.countDown();
                released.await();
              }
              try {
                var answer = method.invoke(ledger, arguments);
                answered.incrementAndGet();
                granted |= method.getName().equals("draw") && isGrant(answer);
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private static boolean isGrant(Object answer) {
    return answer instanceof List<?> positions
        && positions.stream().anyMatch(each -> each instanceof Standing p && !p.granted().isZero());
  }
}
