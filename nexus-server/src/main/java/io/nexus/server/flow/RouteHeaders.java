package io.nexus.server.flow;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.ledger.Precision;
import io.nexus.control.money.Money;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.routing.Candidate;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The headers of every routed answer. */
final class RouteHeaders {

  private static final HeaderName BACKEND = HeaderNames.create("X-Nexus-Backend");
  private static final HeaderName TYPE = HeaderNames.create("X-Nexus-Backend-Type");
  private static final HeaderName MODEL = HeaderNames.create("X-Nexus-Model");
  private static final HeaderName ZONE = HeaderNames.create("X-Nexus-Privacy-Zone");
  private static final HeaderName REASON = HeaderNames.create("X-Nexus-Route-Reason");
  private static final HeaderName ESTIMATED = HeaderNames.create("X-Nexus-Cost-Estimated");
  private static final HeaderName COST = HeaderNames.create("X-Nexus-Cost");
  private static final HeaderName PRECISION = HeaderNames.create("X-Nexus-Cost-Precision");
  private static final HeaderName STATUS = HeaderNames.create("X-Nexus-Budget-Status");
  private static final HeaderName UTILIZATION = HeaderNames.create("X-Nexus-Budget-Utilization");
  private static final HeaderName REMAINING = HeaderNames.create("X-Nexus-Budget-Remaining");
  private static final HeaderName BUDGET = HeaderNames.create("X-Nexus-Budget-Name");
  private static final HeaderName TRANSLATED = HeaderNames.create("X-Nexus-Translated");
  private static final HeaderName OMITTED = HeaderNames.create("X-Nexus-Translation-Omitted");
  private static final HeaderName CLAMPED = HeaderNames.create("X-Nexus-Max-Tokens-Clamped");

  private static final Map<RouteReason, Header> REASONS = new EnumMap<>(RouteReason.class);

  private static final Map<Precision, Header> PRECISIONS = new EnumMap<>(Precision.class);

  static {
    for (var precision : Precision.values()) {
      var label = precision.name().toLowerCase(Locale.ROOT);
      PRECISIONS.put(precision, HeaderValues.createCached(PRECISION, label));
    }
    for (var reason : RouteReason.values()) {
      REASONS.put(reason, HeaderValues.createCached(REASON, reason.label()));
    }
  }

  private RouteHeaders() {}

  /** The headers that name the candidate, the same for each answer from there. */
  static List<Header> of(Candidate candidate) {
    var backend = candidate.backend();
    return List.of(
        HeaderValues.createCached(BACKEND, backend.name()),
        HeaderValues.createCached(TYPE, backend.location().label()),
        HeaderValues.createCached(MODEL, candidate.model()),
        HeaderValues.createCached(ZONE, backend.zone().label()));
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
    headers.set(ESTIMATED, attempt.candidate().estimate().expected().toString());
    var size = attempt.hold().size();
    if (size.clamped() || (atLimit && isAdded(attempt))) {
      headers.set(CLAMPED, Long.toString(size.limit()));
    }
    var translated = attempt.asked().translated();
    if (translated != null) {
      headers.set(TRANSLATED, translated.pair());
      if (!translated.omitted().isEmpty()) {
        headers.set(OMITTED, String.join(", ", translated.omitted()));
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
    response.headers().set(COST, cost.toString());
    response.headers().set(PRECISIONS.get(precision));
  }

  private static void write(ServerResponseHeaders headers, BudgetState state) {
    headers.set(STATUS, state.status().label());
    headers.set(UTILIZATION, percent(state.spentBasisPoints()));
    headers.set(REMAINING, state.remaining().toString());
    headers.set(BUDGET, state.terms().name());
  }

  private static String percent(long basisPoints) {
    long hundredths = basisPoints % 100;
    return basisPoints / 100 + (hundredths < 10 ? ".0" : ".") + hundredths;
  }
}
