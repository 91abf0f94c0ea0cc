package io.nexus.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.util.Map;

/** The body of a request, whole. */
public final class RequestBody {

  private RequestBody() {}

  /**
   * Reads it.
   *
   * @throws ApiException with status 413 if it has more bytes than allowed, 400 if it breaks off
   */
  public static byte[] read(ServerRequest request, long maxBytes) {
    if (request.headers().contentLength().orElse(0) > maxBytes) {
      throw tooLarge(maxBytes);
    }
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    try (var in = request.content().inputStream()) {
      var body = in.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8));
      if (body.length > maxBytes) {
        throw tooLarge(maxBytes);
      }
      return body;
    } catch (IOException e) {
      throw ApiException.badRequest(null, "The body broke off.");
    }
  }

  private static ApiException tooLarge(long maxBytes) {
    return new ApiException(
        413,
        new ApiError(
            "The body has more than the %d bytes that this gateway takes.".formatted(maxBytes),
            "invalid_request_error",
            null,
            "request_too_large"),
        Map.of(HeaderNames.CONNECTION.defaultCase(), "close"));
  }
}
