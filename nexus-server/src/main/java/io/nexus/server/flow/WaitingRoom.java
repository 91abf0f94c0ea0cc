package io.nexus.server.flow;

import io.nexus.control.budget.BudgetQueue;
import io.nexus.control.budget.BudgetQueue.Entry;
import io.nexus.control.budget.BudgetQueue.Outcome;
import io.nexus.control.routing.RoutingDecision.Queue;
import io.nexus.metrics.QueueMeters;
import io.nexus.server.dialect.ClientGoneException;
import io.nexus.server.http.ApiException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The waiting room for money. */
public final class WaitingRoom {

  /** The interval of signs of life to a waiting stream, well within the timeouts of proxies. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

  private final BudgetQueue queue;
  private final Duration maxWait;
  private final QueueMeters meters;
  private final Reports reports;
  private final InstantSource clock;

  /**
   * Creates the room of a queue.
   *
   * @param maxWait the longest wait
   */
  public WaitingRoom(
      BudgetQueue queue,
      Duration maxWait,
      QueueMeters meters,
      Reports reports,
      InstantSource clock) {
    this.queue = queue;
    this.maxWait = maxWait;
    this.meters = meters;
    this.reports = reports;
    this.clock = clock;
    meters.observe(queue::depth);
  }

  /**
   * Waits for money.
   *
   * @param decision why it must wait
   * @param plans decides the candidates again when money may have become free
   * @return the candidates with a hold at one of them, or with none if there is money but all
   *     affordable ones are full
   * @throws ApiException if there is no room, or the wait was in vain
   * @throws ClientGoneException if the client left meanwhile
   */
  Candidates await(Exchange exchange, boolean stream, Queue decision, Supplier<Candidates> plans)
      throws ClientGoneException {
    var budgets = decision.candidate().budgets();
    return switch (queue.enter(exchange.priority(), budgets, maxWait)) {
      case Entry.Full _ -> throw reports.refusal(decision, clock.millis());
      case Entry.Closed _ -> throw stopping();
      case Entry.Entered(var ticket) -> {
        try (ticket) {
          yield await(exchange, stream, decision, ticket, plans);
        } finally {
          meters.waited(ticket.waited().toNanos());
          exchange.watch().forget();
        }
      }
    };
  }

  private Candidates await(
      Exchange exchange,
      boolean stream,
      Queue decision,
      BudgetQueue.Ticket ticket,
      Supplier<Candidates> plans)
      throws ClientGoneException {
    exchange.watch().onGone(ticket::leave);
    var held = new AtomicReference<@Nullable Candidates>();
    while (true) {
      var outcome =
          await(
              ticket,
              stream,
              () -> {
                var candidates = plans.get();
                boolean isHeld = candidates.next(false, clock.millis());
                boolean isReady = isHeld || candidates.isFull();
                held.set(isReady ? candidates : null);
                return isReady;
              });
      var taken = held.get();
      if (outcome == Outcome.SERVED && taken != null) {
        return taken;
      }
      switch (outcome) {
        case WAITING -> exchange.client().signOfLife();
        case LEFT -> throw new ClientGoneException();
        case CLOSED -> throw stopping();
        case SERVED, EXPIRED -> throw reports.refusal(decision, clock.millis());
      }
    }
  }

  private static Outcome await(BudgetQueue.Ticket ticket, boolean stream, BooleanSupplier attempt) {
    try {
      return stream ? ticket.await(attempt, SIGN_OF_LIFE) : ticket.await(attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.CLOSED;
    }
  }

  /** The error for requests that wait when the gateway stops. */
  static ApiException stopping() {
    return ApiException.unavailable(
        503, "service_unavailable", "not_ready", "The gateway is stopping.");
  }
}
