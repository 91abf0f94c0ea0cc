package io.nexus.server.flow;

import io.nexus.metrics.QueueMeters;
import io.nexus.server.backend.SlotLine;
import io.nexus.server.backend.SlotLine.Outcome;
import io.nexus.server.backend.SlotLine.Place;
import io.nexus.server.dialect.ClientGoneException;
import io.nexus.server.http.ApiException;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The waiting room for full backends, in order of arrival. Waiting requests hold no money: it is
 * taken with the slot, and if it is gone by then, the request is refused by its budgets.
 */
public final class SlotRoom {

  private final SlotLine line;
  private final long maxWaitNanos;
  private final QueueMeters meters;
  private final Reports reports;
  private final InstantSource clock;

  /**
   * Creates the room.
   *
   * @param maxWait the longest wait
   */
  public SlotRoom(
      SlotLine line, Duration maxWait, QueueMeters meters, Reports reports, InstantSource clock) {
    this.line = line;
    this.maxWaitNanos = maxWait.toNanos();
    this.meters = meters;
    this.reports = reports;
    this.clock = clock;
    meters.observe(line::depth);
  }

  /**
   * Waits until one of the full candidates has a slot and the budgets pay for it.
   *
   * @param candidates of which none can be tried at once; at the return, one has a slot and a hold,
   *     or none is left
   * @throws ApiException with status 503 if there is no room, or the wait was in vain
   * @throws ClientGoneException if the client left meanwhile
   */
  void await(Exchange exchange, Candidates candidates) throws ClientGoneException {
    long startNanos = System.nanoTime();
    try {
      while (candidates.isFull() && !candidates.isHeld()) {
        var place = line.enter(candidates.full()).orElseThrow(() -> reports.full(candidates));
        try (place) {
          exchange.watch().onGone(place::leave);
          switch (await(place, maxWaitNanos - (System.nanoTime() - startNanos))) {
            case SERVED -> candidates.takeAt(place.slot(), clock.millis());
            case EXPIRED -> throw reports.full(candidates);
            case LEFT -> throw new ClientGoneException();
            case CLOSED -> throw WaitingRoom.stopping();
          }
        }
      }
    } finally {
      exchange.watch().forget();
      meters.waited(System.nanoTime() - startNanos);
    }
  }

  private static Outcome await(Place place, long nanos) {
    try {
      return place.await(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.CLOSED;
    }
  }
}
