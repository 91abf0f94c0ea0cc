package io.nexus.server.flow;

import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.limit.LimitExcess;
import io.nexus.server.dialect.ClientGoneException;
import io.nexus.server.http.ApiException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where requests wait until a limit beside money allows them, in no order: all look again when
 * something has become free here, and from time to time since other gateways free things, too, and
 * windows end.
 */
public final class LimitRoom implements AutoCloseable {

  /** So often a waiting stream is shown a sign of life, well within the patience of proxies. */
  private static final long SIGN_OF_LIFE_NANOS = 5_000_000_000L;

  private static final long LOOK_MILLIS = 250;

  private final int maxSize;
  private final Duration maxWait;
  private final InstantSource clock;
  private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * An empty room.
   *
   * @param maxSize how many may wait
   * @param maxWait how long each may
   */
  public LimitRoom(int maxSize, Duration maxWait, InstantSource clock) {
    this.maxSize = maxSize;
    this.maxWait = maxWait;
    this.clock = clock;
  }

  private static final class Waiter {
    private final Semaphore news = new Semaphore(0);
    private volatile boolean gone;

    void leave() {
      gone = true;
      news.release();
    }
  }

  /** Something has become free: who waits looks again. */
  public void freed() {
    waiting.forEach(waiter -> waiter.news.release());
  }

  /** Refuses all who wait: the gateway stops. */
  @Override
  public void close() {
    closed = true;
    freed();
  }

  /**
   * Waits, if the limit makes requests wait and there is room.
   *
   * @param excess why it has to
   * @param plans lists the candidates anew
   * @param refusal what a client is told whom a limit refuses
   * @return the candidates, with a hold taken at one of them, or such that another reason keeps
   *     from taking one
   * @throws ApiException if it does not wait, or has waited in vain
   * @throws ClientGoneException if the client left meanwhile
   */
  Candidates await(
      Exchange exchange,
      boolean stream,
      LimitExcess excess,
      Supplier<Candidates> plans,
      Function<LimitExcess, ApiException> refusal)
      throws ClientGoneException {
    if (excess.action() != HardLimitAction.QUEUE || excess.isForGood()) {
      throw refusal.apply(excess);
    }
    var waiter = new Waiter();
    waiting.add(waiter);
    try {
      if (waiting.size() > maxSize) {
        throw refusal.apply(excess);
      }
      exchange.watch().onGone(waiter::leave);
      return await(exchange, stream, excess, waiter, plans, refusal);
    } finally {
      waiting.remove(waiter);
      exchange.watch().forget();
    }
  }

  private Candidates await(
      Exchange exchange,
      boolean stream,
      LimitExcess excess,
      Waiter waiter,
      Supplier<Candidates> plans,
      Function<LimitExcess, ApiException> refusal)
      throws ClientGoneException {
    long began = System.nanoTime();
    long told = began;
    var last = excess;
    while (System.nanoTime() - began < maxWait.toNanos()) {
      pause(waiter);
      if (waiter.gone) {
        throw new ClientGoneException();
      }
      if (closed) {
        throw WaitingRoom.stopping();
      }
      var candidates = plans.get();
      boolean held = candidates.next(true, clock.millis());
      var still = candidates.excess();
      if (held || still == null) {
        return candidates;
      }
      last = still;
      if (stream && System.nanoTime() - told >= SIGN_OF_LIFE_NANOS) {
        exchange.client().signOfLife();
        told = System.nanoTime();
      }
    }
    throw refusal.apply(last);
  }

  private static void pause(Waiter waiter) {
    try {
      var _ = waiter.news.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      waiter.news.drainPermits();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      waiter.leave();
    }
  }
}
