package io.nexus.server.flow;

import io.nexus.config.OverBudgetStatus;
import io.nexus.control.budget.BudgetViolation;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.RoutingDecision.Reject;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The errors for requests that are not served. */
final class Refusals {

  private static final int MODELS_SHOWN = 10;

  /** Clients sleep for the time in {@code Retry-After}, so a longer one is not suggested. */
  private static final long MOST_WAIT_SECONDS = 60;

  private static final String FULL_RETRY_SECONDS = "5";

  /** A third of the default interval of health checks. */
  private static final String UNLISTED_RETRY_SECONDS = "10";

  private Refusals() {}

  /** No candidate serves the request. */
  static ApiException of(
      Reject reject, OverBudgetStatus overBudgetStatus, BackendRegistry registry, long nowMillis) {
    return switch (reject.cause()) {
      case MODEL_NOT_FOUND ->
          unknownModel(reject.intent().request().model(), registry.models(), registry.unlisted());
      case NO_BACKEND ->
          new ApiException(
              503,
              new ApiError(
                  "No backend can serve this request now.",
                  "service_unavailable",
                  null,
                  "no_backend",
                  null,
                  reject.why()),
              Map.of());
      case UNBOUNDED -> unbounded(reject.why());
      case OVER_BUDGET ->
          overBudget(
              reject.violation(),
              overBudgetStatus,
              reject.intent().request().needs().api(),
              nowMillis);
    };
  }

  /** All backends that could serve the request are full, and so is the queue. */
  static ApiException full(List<Exclusion> why) {
    return new ApiException(
        503,
        new ApiError(
            "Every backend that can serve this request has as many under way as it takes: try"
                + " again soon.",
            "service_unavailable",
            null,
            "no_backend",
            null,
            why),
        Map.of("Retry-After", FULL_RETRY_SECONDS));
  }

  private static ApiException unbounded(List<Exclusion> why) {
    var field =
        why.stream()
            .flatMap(each -> Stream.ofNullable(each.unbounded()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no exclusion names a field"));
    var message =
        ("'%s' leaves the cost of this request without a bound, and this gateway refuses such"
                + " requests. Send what it stands for in the request itself, or leave it out.")
            .formatted(field);
    return new ApiException(
        400, new ApiError(message, "invalid_request_error", field, "unbounded_request"), Map.of());
  }

  /** The request does not fit its budgets. */
  static ApiException overBudget(
      @Nullable BudgetViolation violation,
      OverBudgetStatus overBudgetStatus,
      Api api,
      long nowMillis) {
    if (violation == null) {
      throw new IllegalArgumentException("a refusal over budget names the budget");
    }
    var budget = violation.budget();
    var message =
        ("Budget limit exceeded, request rejected: budget '%s' has %s USD of %s left and the"
                + " request may cost %s.")
            .formatted(
                budget.terms().name(), budget.remaining(), budget.limit(), violation.required());
    int status =
        violation.action() == HardLimitAction.LOCAL_ONLY && !repeats503(api)
            ? 503
            : overBudgetStatus.status(api);
    var code =
        status == 429 && overBudgetStatus == OverBudgetStatus.AUTO
            ? "insufficient_quota"
            : "budget_exceeded";
    return new ApiException(
        status,
        new ApiError(message, "budget_exceeded", null, code, violation, List.of()),
        headers(budget.cycle().end(), nowMillis));
  }

  /** Clients of these APIs retry for minutes after any 503. */
  private static boolean repeats503(Api api) {
    return api.family() == Api.MESSAGES || api.family() == Api.GEMINI;
  }

  private static Map<String, String> headers(Instant resetsAt, long nowMillis) {
    if (resetsAt.equals(Instant.MAX)) {
      return Map.of("x-should-retry", "false");
    }
    long seconds = Math.ceilDiv(Math.max(0, resetsAt.toEpochMilli() - nowMillis), 1000L);
    return seconds > MOST_WAIT_SECONDS
        ? Map.of("x-should-retry", "false")
        : Map.of("x-should-retry", "false", "Retry-After", Long.toString(seconds));
  }

  /**
   * No backend is known to serve the model.
   *
   * @param models those that are served
   * @param unlisted the backends that may serve it, but have not been reached yet
   */
  private static ApiException unknownModel(
      String model, List<String> models, List<String> unlisted) {
    if (!unlisted.isEmpty()) {
      var message =
          "No backend that has listed its models serves '%s', and these have not listed theirs yet: %s."
              .formatted(shortened(model), String.join(", ", unlisted));
      return new ApiException(
          503,
          new ApiError(message, "service_unavailable", null, "no_backend"),
          Map.of("Retry-After", UNLISTED_RETRY_SECONDS));
    }
    var some = String.join(", ", models.subList(0, Math.min(models.size(), MODELS_SHOWN)));
    var message =
        models.isEmpty()
            ? "The model does not exist: no backend serves any model now."
            : "The model '%s' does not exist. Some that do: %s.".formatted(shortened(model), some);
    return new ApiException(
        404, new ApiError(message, "invalid_request_error", "model", "model_not_found"), Map.of());
  }

  private static String shortened(String model) {
    return model.length() <= 100 ? model : model.substring(0, 100) + "...";
  }
}
