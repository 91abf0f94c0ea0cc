package io.nexus.server.http;

import io.nexus.control.budget.BudgetViolation;
import io.nexus.control.routing.Exclusion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of an error answer, OpenAI's envelope.
 *
 * @param message what went wrong, for people
 * @param type the kind of error
 * @param param the field of the request that is wrong, if it is one
 * @param code the error, for programs
 * @param violation the budget that the request does not fit, if that is the error
 * @param reasons why each candidate was removed, if none is left
 */
public record ApiError(
    String message,
    String type,
    @Nullable String param,
    @Nullable String code,
    @Nullable BudgetViolation violation,
    List<Exclusion> reasons)
    implements ErrorBody {

  /** An error without a budget and exclusions. */
  public ApiError(String message, String type, @Nullable String param, @Nullable String code) {
    this(message, type, param, code, null, List.of());
  }
}
