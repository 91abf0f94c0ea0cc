package io.nexus.server.http;

import io.helidon.webserver.http.Handler;
import java.util.Optional;

/**
 * What answers one method on one path.
 *
 * @param method in upper case
 * @param path in which {@code {name}} stands for one segment
 * @param handler answers
 */
public record Route(String method, String path, Handler handler) {

  /** The parameter of a path that names what a request is for: a model, or more than that. */
  public static final String TARGET = "target";

  private static final String VERSION = "/v1";
  private static final String DEPLOYMENTS = "/openai/deployments/{+" + TARGET + "}";

  /**
   * What answers beside it in the same way: to HEAD, which is a GET without the body, and where
   * Azure has OpenAI's API, with the model in the path.
   */
  public Optional<Route> twin() {
    if (method.equals("GET")) {
      return Optional.of(new Route("HEAD", path, HeadOnly.of(handler)));
    }
    return method.equals("POST") && path.startsWith(VERSION + "/") && path.indexOf('{') < 0
        ? Optional.of(post(DEPLOYMENTS + path.substring(VERSION.length()), handler))
        : Optional.empty();
  }

  /** Answers a GET. */
  public static Route get(String path, Handler handler) {
    return new Route("GET", path, handler);
  }

  /** Answers a POST. */
  public static Route post(String path, Handler handler) {
    return new Route("POST", path, handler);
  }
}
