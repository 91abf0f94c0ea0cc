package io.nexus.server.routes;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/** {@code GET /openapi.json}: the description of all routes, for programs. */
public final class OpenApiRoute {

  private final byte[] document;

  /** Reads the document. */
  public OpenApiRoute() {
    try (var in = OpenApiRoute.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is missing beside " + getClass().getName());
      }
      document = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("a resource of the module's own cannot be read", e);
    }
  }

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    response.headers().set(HeaderNames.CONTENT_TYPE, "application/json");
    response.send(document);
  }
}
