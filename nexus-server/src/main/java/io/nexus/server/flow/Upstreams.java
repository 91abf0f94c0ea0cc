package io.nexus.server.flow;

import io.nexus.control.routing.Candidate;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendException.Kind;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.dialect.KeyMask;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.PassedOn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** The errors for failed backends. */
final class Upstreams {

  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final String ERROR = "upstream_error";

  private Upstreams() {}

  static ApiException unreachable(Candidate candidate, BackendException problem) {
    return error(502, ERROR, candidate, problem.getMessage());
  }

  /**
   * The error for a backend that failed.
   *
   * @param retryAfter when it wishes to be asked again; empty if it did not say
   */
  static ApiException failed(Candidate candidate, int status, String retryAfter) {
    var error = error(502, ERROR, candidate, "answered with status " + status);
    return retryAfter.isEmpty()
        ? error
        : new ApiException(502, error.body(), Map.of("Retry-After", retryAfter));
  }

  /** Not 401, because the client's own key is valid. */
  static ApiException keyRefused(Candidate candidate, int status) {
    return error(
        502,
        ERROR,
        candidate,
        "refuses the key that this gateway has for it, with status "
            + status
            + ": its operator must see to that");
  }

  /** The error for a request that was sent and not answered. */
  static ApiException unanswered(Candidate candidate, BackendException problem) {
    return problem.kind() == Kind.TIMEOUT
        ? unknown(504, "upstream_timeout", candidate, problem.getMessage())
        : unknown(502, ERROR, candidate, problem.getMessage());
  }

  /** The error for a request that was sent, as an intermediary reports with that status. */
  static ApiException unanswered(Candidate candidate, int status) {
    var what = "answered with status " + status;
    return status == 504 || status == 524
        ? unknown(504, "upstream_timeout", candidate, what)
        : unknown(502, ERROR, candidate, what);
  }

  /**
   * The error for an answer that is too large.
   *
   * @param limit the size limit in bytes; 0 if there was no room for it in memory
   */
  static ApiException tooLong(Candidate candidate, long limit) {
    return limit > 0
        ? unknown(
            502,
            ERROR,
            candidate,
            "answered with more than the %d bytes of server.max_response_bytes".formatted(limit))
        : new ApiException(
            503,
            new ApiError(
                "The gateway has as many large bodies under way as it can hold, and no room for"
                    + " the answer of the backend '%s': try again soon."
                        .formatted(candidate.backend().name()),
                "service_unavailable",
                null,
                "bodies_full"),
            Map.of("Retry-After", "1"));
  }

  /** The error if all candidates are paused. */
  static ApiException resting(Duration left) {
    long seconds = Math.ceilDiv(left.toMillis(), 1000L);
    return new ApiException(
        429,
        new ApiError(
            "Every backend that serves this model has asked for a pause: try again in "
                + seconds
                + " s.",
            "rate_limit_error",
            null,
            "rate_limited"),
        Map.of("Retry-After", Long.toString(seconds)));
  }

  /**
   * The body of a refusal with the backend's key masked. An incomplete body is passed on as far as
   * it arrived.
   *
   * @param mask covers the backend's key
   */
  static PassedOn body(BackendReply reply, KeyMask mask) {
    var read = new ByteArrayOutputStream();
    try {
      var part = new byte[8192];
      for (int count = reply.body().read(part);
          count >= 0 && read.size() < MAX_BODY_BYTES;
          count = reply.body().read(part)) {
        read.write(part, 0, count);
      }
    } catch (IOException e) {
      // The status is sufficient.
    }
    var bytes = read.toByteArray();
    mask.cover(bytes, 0, bytes.length);
    var type = mask.header(reply.contentType());
    return new PassedOn(bytes, type.isEmpty() ? "application/json" : type);
  }

  /** Tells the client not to retry, because a retry would be charged again. */
  private static ApiException unknown(int status, String type, Candidate candidate, String what) {
    if (candidate.isFree()) {
      return error(status, type, candidate, what);
    }
    var message =
        "The backend '%s' %s. It may have served the request, which is charged and not sent again."
            .formatted(candidate.backend().name(), what);
    return new ApiException(
        status, new ApiError(message, type, null, null), Map.of("x-should-retry", "false"));
  }

  /**
   * The error for a backend's error with status 200. A problem with the gateway's own key is not
   * reported as the client's.
   *
   * @param mask covers the backend's key
   */
  static ApiException refused(Candidate candidate, KeyMask mask, ProviderError error) {
    int status =
        switch (error.status()) {
          case 401, 402, 403 -> 502;
          default -> error.status();
        };
    var said = mask.covered(error.message());
    return error(
        status,
        status < 500 ? "invalid_request_error" : "upstream_error",
        candidate,
        said.isEmpty() ? "answered with an error" : "answered with an error: " + said);
  }

  private static ApiException error(int status, String type, Candidate candidate, String what) {
    return ApiException.unavailable(
        status, type, null, "The backend '%s' %s.".formatted(candidate.backend().name(), what));
  }
}
