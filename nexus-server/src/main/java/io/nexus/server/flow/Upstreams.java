package io.nexus.server.flow;

import io.nexus.control.routing.Candidate;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.dialect.KeyMask;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.PassedOn;
import java.io.IOException;

/** What clients are told when a backend fails. */
final class Upstreams {

  private static final int MAX_BODY_BYTES = 1 << 20;

  private Upstreams() {}

  static ApiException unreachable(Candidate candidate, BackendException problem) {
    return error(502, "upstream_error", candidate, problem.getMessage());
  }

  static ApiException failed(Candidate candidate, int status) {
    return error(502, "upstream_error", candidate, "answered with status " + status);
  }

  static ApiException broken(Candidate candidate) {
    return error(502, "upstream_error", candidate, "broke off in the middle of its answer");
  }

  static ApiException timedOut(Candidate candidate) {
    return error(504, "upstream_timeout", candidate, "did not answer in time");
  }

  /**
   * The body of a refusal as it came, but for the backend's key should it stand there.
   *
   * @param mask covers the backend's key
   */
  static PassedOn body(BackendReply reply, KeyMask mask) throws BackendException {
    try {
      var bytes = reply.body().readNBytes(MAX_BODY_BYTES);
      mask.cover(bytes, 0, bytes.length);
      return new PassedOn(
          bytes, reply.contentType().isEmpty() ? "application/json" : reply.contentType());
    } catch (IOException e) {
      throw new BackendException(
          BackendException.Kind.UNREACHABLE, "broke off in the middle of a refusal", e);
    }
  }

  private static ApiException error(int status, String type, Candidate candidate, String what) {
    return ApiException.unavailable(
        status, type, null, "The backend '%s' %s.".formatted(candidate.backend().name(), what));
  }
}
