package io.nexus.server.chat;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.RouteReason;
import java.math.BigDecimal;

/** The headers of every answer that was routed. */
final class RouteHeaders {

  private static final HeaderName BACKEND = HeaderNames.create("X-Nexus-Backend");
  private static final HeaderName TYPE = HeaderNames.create("X-Nexus-Backend-Type");
  private static final HeaderName MODEL = HeaderNames.create("X-Nexus-Model");
  private static final HeaderName ZONE = HeaderNames.create("X-Nexus-Privacy-Zone");
  private static final HeaderName REASON = HeaderNames.create("X-Nexus-Route-Reason");
  private static final HeaderName ESTIMATED = HeaderNames.create("X-Nexus-Cost-Estimated");
  private static final HeaderName COST = HeaderNames.create("X-Nexus-Cost");
  private static final HeaderName STATUS = HeaderNames.create("X-Nexus-Budget-Status");
  private static final HeaderName UTILIZATION = HeaderNames.create("X-Nexus-Budget-Utilization");
  private static final HeaderName REMAINING = HeaderNames.create("X-Nexus-Budget-Remaining");
  private static final HeaderName BUDGET = HeaderNames.create("X-Nexus-Budget-Name");
  private static final HeaderName CLAMPED = HeaderNames.create("X-Nexus-Max-Tokens-Clamped");

  private RouteHeaders() {}

  /** Where the request went and why, what it is expected to cost, and how its budgets stand. */
  static void write(
      ServerResponse response,
      Candidate candidate,
      RouteReason reason,
      Claim.Taken claim,
      long nowMillis) {
    var backend = candidate.backend();
    var headers = response.headers();
    headers.set(BACKEND, backend.name());
    headers.set(TYPE, backend.location().label());
    headers.set(MODEL, candidate.model());
    headers.set(ZONE, backend.zone().label());
    headers.set(REASON, reason.label());
    headers.set(ESTIMATED, candidate.estimate().expected().toString());
    if (claim.clamped()) {
      headers.set(CLAMPED, Long.toString(claim.maxTokens()));
    }
    candidate.budgets().tightest(nowMillis).ifPresent(state -> write(response, state));
  }

  /** What it has cost. */
  static void write(ServerResponse response, Money cost) {
    response.headers().set(COST, cost.toString());
  }

  private static void write(ServerResponse response, BudgetState state) {
    var headers = response.headers();
    headers.set(STATUS, state.status().label());
    headers.set(UTILIZATION, BigDecimal.valueOf(state.spentBasisPoints(), 2).toPlainString());
    headers.set(REMAINING, state.remaining().toString());
    headers.set(BUDGET, state.terms().name());
  }
}
