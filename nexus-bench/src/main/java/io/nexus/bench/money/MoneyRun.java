package io.nexus.bench.money;

import io.nexus.bench.money.MoneyClient.Fate;
import io.nexus.bench.money.MoneyClient.Manners;
import io.nexus.bench.money.MoneyResult.Fates;
import io.nexus.bench.money.MoneyResult.Figures;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.Wire.Header;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One scenario on one gateway: a crowd at the limit, then one request after the other until one is
 * refused, so that the rest of the budget is spent.
 */
final class MoneyRun {

  /** The largest number of single requests at the end. */
  private static final int LAST = 2 * Workload.PAID;

  private static final long FAR_MILLIS = 240;
  private static final long SETTLED_MILLIS = 200;

  private final TestedGateway gateway;
  private final Upstream upstream;
  private final Workload workload;
  private final long configuredFactor;
  private final Provider provider;
  private final Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
  private List<Header> headers = List.of();
  private int number;

  /**
   * Creates a run.
   *
   * @param configuredFactor the configured limit as a multiple of the real one; 1 except in tests
   *     without limits
   */
  MoneyRun(TestedGateway gateway, Upstream upstream, Workload workload, long configuredFactor) {
    this.configuredFactor = configuredFactor;
    this.gateway = gateway;
    this.upstream = upstream;
    this.workload = workload;
    this.provider = new Provider(workload);
  }

  /**
   * Runs it.
   *
   * @param name the name of a new key
   */
  MoneyResult run(String name) throws IOException, InterruptedException {
    long before = upstream.billNanos();
    headers = gateway.newKey(name, workload.limitNanos() * configuredFactor);
    upstream.script(provider);
    long chargedBefore = -1;
    switch (workload.scenario()) {
      case killed -> chargedBefore = killed(name);
      case cutoff -> cutOff();
      case late -> {
        gateway.delay(FAR_MILLIS);
        crowd(Workload.MADE);
        gateway.delay(0);
      }
      default -> crowd(Workload.MADE);
    }
    awaitIdle();
    boolean isRefused = configuredFactor == 1 && spendTheRest();
    long billed = awaitIdle() - before;
    var charged = configuredFactor == 1 ? gateway.spentNanos(name) : OptionalLong.empty();
    return MoneyResult.of(
        workload.scenario(),
        new Fates(of(Fate.SERVED), of(Fate.REFUSED), of(Fate.FAILED)),
        new Figures(
            workload.limitNanos(),
            billed,
            provider.mostNanos(),
            workload.worstNanos(),
            charged.orElse(-1),
            chargedBefore,
            isRefused),
        Commands.of(gateway.replicas(), headers, workload));
  }

  /** Kills the gateway and returns the charge at that time. */
  private long killed(String name) throws IOException, InterruptedException {
    crowd(Workload.PAID / 3);
    long charged = gateway.spentNanos(name).orElse(-1);
    var streams = send(Workload.PAID);
    Thread.sleep(500);
    gateway.killAndStart();
    join(streams);
    crowd(Workload.MADE);
    return charged;
  }

  private void cutOff() throws IOException, InterruptedException {
    var first = send(Workload.MADE / 2);
    Thread.sleep(100);
    gateway.cut(true);
    join(first);
    crowd(Workload.MADE);
    gateway.cut(false);
  }

  private void crowd(int size) throws InterruptedException {
    join(send(size));
  }

  private List<Thread> send(int size) {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < size; i++) {
      int mine = ++number;
      threads.add(Thread.ofVirtual().start(() -> count(send(mine, manners()))));
    }
    return threads;
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (var thread : threads) {
      thread.join();
    }
  }

  private Fate send(int mine, Manners manners) {
    boolean isStream = workload.scenario().isStream(mine);
    URI replica = gateway.replicas().get(mine % gateway.replicas().size());
    return new MoneyClient(replica, headers, manners, (int) workload.answerTokens() / 20)
        .post(workload.path(isStream), workload.body(mine, isStream));
  }

  private Manners manners() {
    return switch (workload.scenario()) {
      case leave -> Manners.LEAVE;
      case slow -> Manners.DAWDLE;
      default -> Manners.STAY;
    };
  }

  /** Sends single requests until every replica has refused one; returns whether they did. */
  private boolean spendTheRest() {
    int refusals = 0;
    for (int i = 0; i < LAST && refusals < gateway.replicas().size(); i++) {
      Fate fate = send(++number, Manners.STAY);
      count(fate);
      refusals = fate == Fate.REFUSED ? refusals + 1 : 0;
    }
    return refusals > 0;
  }

  /** Waits until the bill no longer grows, and returns it. */
  private long awaitIdle() throws InterruptedException {
    long bill = upstream.billNanos();
    for (long last = -1; last != bill; bill = upstream.billNanos()) {
      last = bill;
      Thread.sleep(SETTLED_MILLIS);
    }
    return bill;
  }

  private synchronized void count(Fate fate) {
    fates.merge(fate, 1, Integer::sum);
  }

  private synchronized int of(Fate fate) {
    return fates.getOrDefault(fate, 0);
  }
}
