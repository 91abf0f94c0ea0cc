package io.nexus.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the whole body of a request. */
public final class RequestBody {

  /**
   * The initial buffer of a body, whatever length it declares, because the bytes may never arrive.
   */
  private static final int FIRST_BYTES = 64 * 1024;

  private RequestBody() {}

  /**
   * Reads it, within the time that a body may take.
   *
   * @throws ApiException with status 413 if it is too large, compressed or uncompressed; 415 if its
   *     coding is unknown; 400 if it is incomplete; 503 if the bodies of all requests take too much
   *     memory
   */
  public static byte[] read(ServerRequest request, long maxBytes) {
    var declared = request.headers().contentLength();
    if (declared.orElse(0) > maxBytes) {
      throw tooLarge(maxBytes);
    }
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    var coding = ContentCoding.of(request.headers());
    if (coding == ContentCoding.UNKNOWN) {
      throw refused(
          415,
          "unsupported_encoding",
          "The body has a Content-Encoding that this gateway does not read: send it as it is, or"
              + " as gzip or deflate.");
    }
    var client = ClientWatch.current();
    client.deadline().body();
    try {
      // Never closed: closing would wait for everything the client still sends.
      var in = request.content().inputStream();
      var body =
          coding == ContentCoding.NONE
              ? readAll(in, declared, maxBytes, client.bodies())
              : readPacked(coding, in, maxBytes, client.bodies());
      if (body.length > maxBytes) {
        throw tooLarge(maxBytes);
      }
      return body;
    } catch (ApiException e) {
      client.refuseBody(); // also where there is no room for it
      throw e;
    } catch (IOException | RuntimeException e) {
      throw refused(
          400, null, "The body broke off, or its transfer or content coding is malformed.");
    } finally {
      client.deadline().met();
    }
  }

  private static byte[] readPacked(
      ContentCoding coding, InputStream in, long maxBytes, BodiesInFlight.Share share)
      throws IOException {
    var body = readAll(coding.unpacked(in), OptionalLong.empty(), maxBytes, share);
    if (body.length <= maxBytes) {
      var _ = in.read();
    }
    return body;
  }

  /** Takes memory as bytes arrive; a declared length alone takes none. */
  private static byte[] readAll(
      InputStream in, OptionalLong declared, long maxBytes, BodiesInFlight.Share share)
      throws IOException {
    long most = Math.min(declared.orElse(maxBytes + 1), Integer.MAX_VALUE - 8);
    var body = new byte[(int) Math.min(most, FIRST_BYTES)];
    share.begin(body.length);
    int count = 0;
    while (true) {
      int read = in.readNBytes(body, count, body.length - count);
      count += read;
      if (count < body.length) {
        return Arrays.copyOf(body, count);
      }
      if (count == most) {
        if (declared.isPresent()) {
          // Otherwise the server allocates a buffer to look for more after the request.
          var _ = in.read();
        }
        return body;
      }
      body = share.grow(body, (int) Math.min(most, 2L * body.length));
    }
  }

  private static ApiException tooLarge(long maxBytes) {
    return refused(
        413,
        "request_too_large",
        "The body has more than the %d bytes that this gateway takes.".formatted(maxBytes));
  }

  /**
   * A refusal after which the connection must be closed, because the rest of the body is unread.
   */
  private static ApiException refused(int status, @Nullable String code, String message) {
    ClientWatch.current().refuseBody();
    return new ApiException(
        status,
        new ApiError(message, "invalid_request_error", null, code),
        Map.of(HeaderNames.CONNECTION.defaultCase(), "close"));
  }
}
