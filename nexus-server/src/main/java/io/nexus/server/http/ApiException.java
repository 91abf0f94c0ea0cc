package io.nexus.server.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is answered with an error. It contains only what the client may see: no text of
 * the request, no secret, no message of another exception.
 */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient ErrorBody body;
  private final transient Map<String, String> headers;

  /** An answer with that status, body and further headers. */
  public ApiException(int status, ErrorBody body, Map<String, String> headers) {
    super(
        body instanceof ApiError error ? error.message() : "status " + status, null, false, false);
    this.status = status;
    this.body = body;
    this.headers = Map.copyOf(headers);
  }

  private ApiException(
      int status, String type, @Nullable String code, @Nullable String param, String message) {
    this(status, new ApiError(message, type, param, code), Map.of());
  }

  /** The request itself is wrong. */
  public static ApiException badRequest(@Nullable String param, String message) {
    return new ApiException(400, "invalid_request_error", null, param, message);
  }

  /** The request is wrong in a way with its own status. */
  public static ApiException invalid(int status, @Nullable String code, String message) {
    return new ApiException(status, "invalid_request_error", code, null, message);
  }

  /** The request has no valid key. */
  public static ApiException unauthorized(String message) {
    return new ApiException(
        401,
        new ApiError(message, "invalid_request_error", null, "invalid_api_key"),
        Map.of("WWW-Authenticate", "Bearer"));
  }

  /** The gateway or an upstream cannot serve the request. */
  public static ApiException unavailable(int status, String type, @Nullable String code, String m) {
    return new ApiException(status, type, code, null, m);
  }

  /** The status of the answer. */
  public int status() {
    return status;
  }

  /** The body of the answer. */
  public ErrorBody body() {
    return body;
  }

  /** Additional headers of the answer. */
  public Map<String, String> headers() {
    return headers;
  }
}
