package io.nexus.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of a request, whole. */
public final class RequestBody {

  private RequestBody() {}

  /**
   * Reads it.
   *
   * @throws ApiException with status 413 if it has more bytes than allowed, 400 if it breaks off
   */
  public static byte[] read(ServerRequest request, long maxBytes) {
    var declared = request.headers().contentLength();
    if (declared.orElse(0) > maxBytes) {
      throw tooLarge(maxBytes);
    }
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    byte[] body;
    try {
      // Never closed: that would wait for all that a client still wants to send.
      var in = request.content().inputStream();
      long most = declared.orElse(maxBytes + 1);
      body = in.readNBytes((int) Math.min(most, Integer.MAX_VALUE - 8));
      if (body.length == declared.orElse(-1)) {
        // The server else sets a buffer aside to look for more when the request has been served.
        var _ = in.read();
      }
    } catch (IOException | RuntimeException e) {
      throw refused(400, null, "The body broke off, or its transfer coding is malformed.");
    }
    if (body.length > maxBytes) {
      throw tooLarge(maxBytes);
    }
    return body;
  }

  private static ApiException tooLarge(long maxBytes) {
    return refused(
        413,
        "request_too_large",
        "The body has more than the %d bytes that this gateway takes.".formatted(maxBytes));
  }

  /** Nothing that comes after it on the connection can be understood. */
  private static ApiException refused(int status, @Nullable String code, String message) {
    return new ApiException(
        status,
        new ApiError(message, "invalid_request_error", null, code),
        Map.of(HeaderNames.CONNECTION.defaultCase(), "close"));
  }
}
