package io.nexus.server.flow;

import io.helidon.http.Header;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.ledger.Precision;
import io.nexus.control.money.Money;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.routing.Candidate;
import io.nexus.server.http.PlainHeader.Name;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The headers of every routed answer. */
final class RouteHeaders {

  private static final Name BACKEND = new Name("X-Nexus-Backend");
  private static final Name TYPE = new Name("X-Nexus-Backend-Type");
  private static final Name MODEL = new Name("X-Nexus-Model");
  private static final Name ZONE = new Name("X-Nexus-Privacy-Zone");
  private static final Name REASON = new Name("X-Nexus-Route-Reason");
  private static final Name ESTIMATED = new Name("X-Nexus-Cost-Estimated");
  private static final Name COST = new Name("X-Nexus-Cost");
  private static final Name PRECISION = new Name("X-Nexus-Cost-Precision");
  private static final Name STATUS = new Name("X-Nexus-Budget-Status");
  private static final Name UTILIZATION = new Name("X-Nexus-Budget-Utilization");
  private static final Name REMAINING = new Name("X-Nexus-Budget-Remaining");
  private static final Name BUDGET = new Name("X-Nexus-Budget-Name");
  private static final Name TRANSLATED = new Name("X-Nexus-Translated");
  private static final Name OMITTED = new Name("X-Nexus-Translation-Omitted");
  private static final Name CLAMPED = new Name("X-Nexus-Max-Tokens-Clamped");

  private static final Map<RouteReason, Header> REASONS = new EnumMap<>(RouteReason.class);

  private static final Map<Precision, Header> PRECISIONS = new EnumMap<>(Precision.class);

  static {
    for (var precision : Precision.values()) {
      var label = precision.name().toLowerCase(Locale.ROOT);
      PRECISIONS.put(precision, PRECISION.of(label));
    }
    for (var reason : RouteReason.values()) {
      REASONS.put(reason, REASON.of(reason.label()));
    }
  }

  private RouteHeaders() {}

  /** The headers that name the candidate, the same for each answer from there. */
  static List<Header> of(Candidate candidate) {
    var backend = candidate.backend();
    return List.of(
        BACKEND.of(backend.name()),
        TYPE.of(backend.location().label()),
        MODEL.of(candidate.model()),
        ZONE.of(backend.zone().label()));
  }

  /** Writes the candidate, the reason, the expected cost and the budgets' state. */
  static void write(ServerResponse response, Attempt attempt) {
    write(response, attempt, false);
  }

  /**
   * Writes them for an answer that may have ended at its output limit.
   *
   * @param atLimit whether it has; then names a limit that is not the client's own
   */
  static void write(ServerResponse response, Attempt attempt, boolean atLimit) {
    var headers = response.headers();
    long now = attempt.exchange().arrivedMillis();
    for (var header : attempt.destination().headers()) {
      headers.set(header);
    }
    headers.set(REASONS.get(attempt.reason()));
    headers.set(ESTIMATED.of(attempt.candidate().estimate().expected().toString()));
    var size = attempt.hold().size();
    if (size.clamped() || (atLimit && isAdded(attempt))) {
      headers.set(CLAMPED.of(Long.toString(size.limit())));
    }
    var translated = attempt.asked().translated();
    if (translated != null) {
      headers.set(TRANSLATED.of(translated.pair()));
      if (!translated.omitted().isEmpty()) {
        headers.set(OMITTED.of(String.join(", ", translated.omitted())));
      }
    }
    LimitHeaders.write(headers, attempt.hold().limits(now), now);
    attempt.candidate().budgets().tightest(now).ifPresent(state -> write(headers, state));
  }

  /** Whether the gateway added the output limit. */
  private static boolean isAdded(Attempt attempt) {
    long asked = attempt.hold().size().maxTokens();
    long own = attempt.candidate().offer().facts().longestOutput();
    return asked > 0 && (own == 0 || asked < own);
  }

  /** Writes the cost and its precision. */
  static void write(ServerResponse response, Money cost, Precision precision) {
    response.headers().set(COST.of(cost.toString()));
    response.headers().set(PRECISIONS.get(precision));
  }

  private static void write(ServerResponseHeaders headers, BudgetState state) {
    headers.set(STATUS.of(state.status().label()));
    headers.set(UTILIZATION.of(percent(state.spentBasisPoints())));
    headers.set(REMAINING.of(state.remaining().toString()));
    headers.set(BUDGET.of(state.terms().name()));
  }

  private static String percent(long basisPoints) {
    long hundredths = basisPoints % 100;
    return basisPoints / 100 + (hundredths < 10 ? ".0" : ".") + hundredths;
  }
}
