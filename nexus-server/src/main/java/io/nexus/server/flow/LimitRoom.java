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
 * The waiting room for limits other than money. It has no order: all requests check again when
 * units become free here, and periodically because other gateways free units and windows end.
 */
public final class LimitRoom implements AutoCloseable {

  /** The interval of signs of life to a waiting stream, well within the timeouts of proxies. */
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
   * @param maxSize the largest number of waiting requests
   * @param maxWait the longest wait
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

  /** Units have become free: waiting requests check again. */
  public void freed() {
    waiting.forEach(waiter -> waiter.news.release());
  }

  /** Refuses all waiting requests, because the gateway stops. */
  @Override
  public void close() {
    closed = true;
    freed();
  }

  /**
   * Waits, if the limit queues requests and there is room.
   *
   * @param excess why it must wait
   * @param plans decides the candidates again
   * @param refusal creates the refusal
   * @return the candidates with a hold at one of them, or refused for another reason
   * @throws ApiException if it cannot wait, or has waited in vain
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
    long lastSign = began;
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
      if (stream && System.nanoTime() - lastSign >= SIGN_OF_LIFE_NANOS) {
        exchange.client().signOfLife();
        lastSign = System.nanoTime();
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
