package io.nexus.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps web pages from spending: a page that a user merely visits can make the browser send
 * requests to the user's own machine, and a page whose host name is rebound to this machine's
 * address can also read the answers.
 *
 * <p>A page of an origin that is not listed is refused, by the headers that browsers add ({@code
 * Origin}, {@code Sec-Fetch-Site}). A gateway without keys must also be called by its own host
 * name, and bodies must be declared as JSON, which a page cannot do without a preflight, or as
 * multipart forms, which carry the page's origin. Listed origins get CORS answers.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">CORS</a>
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Sec-Fetch-Site</a>
 */
public final class SiteGuard {

  private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final HeaderName FETCH_MODE = HeaderNames.create("Sec-Fetch-Mode");
  private static final HeaderName FETCH_DEST = HeaderNames.create("Sec-Fetch-Dest");
  private static final HeaderName ALLOW_METHODS =
      HeaderNames.create("Access-Control-Allow-Methods");
  private static final HeaderName ALLOW_HEADERS =
      HeaderNames.create("Access-Control-Allow-Headers");
  private static final HeaderName ALLOW_ORIGIN = HeaderNames.create("Access-Control-Allow-Origin");
  private static final HeaderName EXPOSE = HeaderNames.create("Access-Control-Expose-Headers");
  private static final HeaderName MAX_AGE = HeaderNames.create("Access-Control-Max-Age");
  private static final HeaderName ASKED_HEADERS =
      HeaderNames.create("Access-Control-Request-Headers");

  /** Literal addresses are accepted, because they cannot be rebound. */
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

  private final Set<String> hosts;
  private final Set<String> origins;
  private final BooleanSupplier asksForKeys;

  /** The last accepted host name, as sent: a fast path, since clients use the same one. */
  private volatile String lastHost = "";

  /**
   * A guard.
   *
   * @param host the gateway's own host name
   * @param otherHosts further names
   * @param origins the origins of pages that may call it; {@code *} for all
   * @param asksForKeys whether requests need a key, which pages do not have
   */
  public SiteGuard(
      String host, List<String> otherHosts, List<String> origins, BooleanSupplier asksForKeys) {
    this.hosts =
        Stream.concat(Stream.of("localhost", host), otherHosts.stream())
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    this.origins = Set.copyOf(origins);
    this.asksForKeys = asksForKeys;
  }

  /** Lets a request through, answers a CORS preflight, or refuses. */
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    var headers = request.headers();
    if (headers.contains(HeaderNames.ORIGIN)) {
      var origin = headers.get(HeaderNames.ORIGIN).get();
      if (origins.contains("*") || origins.contains(origin)) {
        response
            .headers()
            .set(ALLOW_ORIGIN, origin)
            .set(EXPOSE, "*")
            .add(HeaderNames.VARY, "Origin");
        if (request.prologue().method().text().equals("OPTIONS")) {
          answer(headers, response);
          return;
        }
      } else if (!isOwn(origin, headers)) {
        throw crossSite();
      }
    } else if (headers.contains(FETCH_SITE)
        && comesFromElsewhere(headers.get(FETCH_SITE).get())
        && !opensConsole(request.prologue(), headers)) {
      throw crossSite();
    }
    if (!asksForKeys.getAsBoolean()) {
      mustBeMeant(request.prologue(), headers);
    }
    chain.proceed();
  }

  private static void answer(ServerRequestHeaders asked, RoutingResponse response) {
    response
        .headers()
        .set(ALLOW_METHODS, "GET, POST, PATCH, DELETE")
        .set(ALLOW_HEADERS, asked.first(ASKED_HEADERS).orElse("*"))
        .set(MAX_AGE, "600");
    response.status(Status.NO_CONTENT_204).send();
  }

  private static boolean isOwn(String origin, ServerRequestHeaders headers) {
    var host = headers.first(HeaderNames.HOST).orElse("");
    return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
  }

  private static boolean comesFromElsewhere(String site) {
    return site.equalsIgnoreCase("cross-site") || site.equalsIgnoreCase("same-site");
  }

  /**
   * Whether the request follows a link to the console from another page: then it is a top-level
   * page, not framed, and does nothing until a key is entered.
   */
  private static boolean opensConsole(HttpPrologue prologue, ServerRequestHeaders headers) {
    return prologue.method().text().equals("GET")
        && prologue.uriPath().path().equals("/console")
        && headers.first(FETCH_MODE).orElse("").equals("navigate")
        && headers.first(FETCH_DEST).orElse("").equals("document");
  }

  private void mustBeMeant(HttpPrologue prologue, ServerRequestHeaders headers) {
    var host = headers.first(HeaderNames.HOST).orElse("localhost");
    if (!host.equals(lastHost)) {
      mustBeOwn(bare(host));
      lastHost = host;
    }
    var method = prologue.method().text();
    if (!method.equals("GET")
        && !method.equals("HEAD")
        && hasBody(headers)
        && !isDeclared(headers)) {
      throw ApiException.invalid(
          415,
          "unsupported_media_type",
          "A gateway without keys takes bodies that are declared JSON, or a form with a file: send"
              + " the header 'Content-Type: application/json' (curl --json does).");
    }
  }

  private void mustBeOwn(String host) {
    if (!hosts.contains(host) && !ADDRESS.matcher(host).matches()) {
      throw ApiException.invalid(
          421,
          "misdirected_host",
          "This gateway has no keys and is called by a name that is none of its own: add the name"
              + " to server.allowed_hosts, or call it by its address.");
    }
  }

  private static String bare(String host) {
    int port = host.lastIndexOf(':');
    return (port > host.lastIndexOf(']') ? host.substring(0, port) : host).toLowerCase(Locale.ROOT);
  }

  private static boolean hasBody(ServerRequestHeaders headers) {
    return headers.contains(HeaderNames.TRANSFER_ENCODING) || headers.contentLength().orElse(0) > 0;
  }

  /**
   * A page can send a multipart form without a preflight, but not without its origin, which was
   * checked.
   */
  private static boolean isDeclared(ServerRequestHeaders headers) {
    var type = headers.first(HeaderNames.CONTENT_TYPE).orElse("").toLowerCase(Locale.ROOT);
    return type.startsWith("multipart/form-data;") || isJson(headers);
  }

  private static boolean isJson(ServerRequestHeaders headers) {
    var type = headers.first(HeaderNames.CONTENT_TYPE).orElse("");
    return type.equals("application/json") || isJson(type.toLowerCase(Locale.ROOT));
  }

  private static boolean isJson(String type) {
    int end = type.indexOf(';');
    var media = (end < 0 ? type : type.substring(0, end)).strip();
    return media.equals("application/json") || media.endsWith("+json");
  }

  private static ApiException crossSite() {
    return ApiException.invalid(
        403,
        "cross_site",
        "A web page of another site may not call this gateway: its origin is none of"
            + " server.cors_origins.");
  }
}
