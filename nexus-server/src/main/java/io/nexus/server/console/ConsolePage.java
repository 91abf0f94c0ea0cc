package io.nexus.server.console;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.console.ConsoleFiles.File;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Route;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Serves the console's page and files without authentication: they contain no data.
 *
 * <p>The page may load from and call only this gateway, may not be framed, and runs only its own
 * script files.
 */
final class ConsolePage {

  /** Where the page is. */
  static final String PATH = "/console";

  private static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src"
          + " 'none'";
  private static final HeaderName CONTENT_POLICY = HeaderNames.create("Content-Security-Policy");
  private static final HeaderName OPENER_POLICY = HeaderNames.create("Cross-Origin-Opener-Policy");
  private static final HeaderName SNIFFING = HeaderNames.create("X-Content-Type-Options");
  private static final HeaderName REFERRERS = HeaderNames.create("Referrer-Policy");
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  private volatile @Nullable ConsoleFiles files;

  /** Its routes, which are not part of the API. */
  List<Route> routes() {
    var file = Route.get(PATH + "/{version}/{name}", this::file);
    var page = Route.get(PATH, this::page);
    return Stream.of(page, file, Route.get(PATH + "/", (_, response) -> moved(response)))
        .flatMap(route -> Stream.concat(Stream.of(route), route.twin().stream()))
        .toList();
  }

  private static void moved(ServerResponse response) {
    response.headers().set(HeaderNames.LOCATION, PATH);
    response.status(Status.PERMANENT_REDIRECT_308).send();
  }

  private void page(ServerRequest request, ServerResponse response) {
    response.headers().set(HeaderNames.CACHE_CONTROL, "no-cache");
    send(request.headers(), response, files().page());
  }

  private void file(ServerRequest request, ServerResponse response) {
    var parts = request.path().pathParameters();
    var all = files();
    // A 404 makes an open page of another version reload itself.
    var file =
        parts.get("version").equals(all.version())
            ? all.file(parts.get("name"))
            : Optional.<File>empty();
    var found =
        file.orElseThrow(
            () -> ApiException.invalid(404, "unknown_url", "The console has no such file."));
    response.headers().set(HeaderNames.CACHE_CONTROL, FOR_EVER);
    send(request.headers(), response, found);
  }

  private static void send(ServerRequestHeaders asked, ServerResponse response, File file) {
    boolean packed = asked.first(HeaderNames.ACCEPT_ENCODING).orElse("").contains("gzip");
    response
        .headers()
        .set(HeaderNames.CONTENT_TYPE, file.type())
        .set(CONTENT_POLICY, POLICY)
        .set(OPENER_POLICY, "same-origin")
        .set(SNIFFING, "nosniff")
        .set(REFERRERS, "no-referrer")
        .add(HeaderNames.VARY, "Accept-Encoding");
    if (packed) {
      response.headers().set(HeaderNames.CONTENT_ENCODING, "gzip");
    }
    response.send(file.bytes(packed));
  }

  /** The files, read at the first request. */
  private ConsoleFiles files() {
    var read = files;
    if (read == null) {
      synchronized (this) {
        read = files;
        if (read == null) {
          read = ConsoleFiles.read();
          files = read;
        }
      }
    }
    return read;
  }
}
