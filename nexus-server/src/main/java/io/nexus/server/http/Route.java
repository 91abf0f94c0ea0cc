package io.nexus.server.http;

import io.helidon.webserver.http.Handler;
import java.util.Optional;

/**
 * A handler for one method on one path.
 *
 * @param method in upper case
 * @param path the path; {@code {name}} matches one segment
 * @param handler answers
 */
public record Route(String method, String path, Handler handler) {

  /** The path parameter that names the model, perhaps with an action. */
  public static final String TARGET = "target";

  private static final String VERSION = "/v1";
  private static final String DEPLOYMENTS = "/openai/deployments/{+" + TARGET + "}";

  /**
   * The additional route with the same answers: HEAD for a GET, and Azure's path with the model for
   * an OpenAI API.
   */
  public Optional<Route> twin() {
    if (method.equals("GET")) {
      return Optional.of(new Route("HEAD", path, HeadOnly.of(handler)));
    }
    return method.equals("POST") && path.startsWith(VERSION + "/") && path.indexOf('{') < 0
        ? Optional.of(post(DEPLOYMENTS + path.substring(VERSION.length()), handler))
        : Optional.empty();
  }

  /** A route for GET. */
  public static Route get(String path, Handler handler) {
    return new Route("GET", path, handler);
  }

  /** A route for POST. */
  public static Route post(String path, Handler handler) {
    return new Route("POST", path, handler);
  }
}
