package io.nexus.server.http;

import io.helidon.webserver.http.Handler;

/**
 * What answers one method on one path.
 *
 * @param method in upper case
 * @param path in which {@code {name}} stands for one segment
 * @param handler answers
 */
public record Route(String method, String path, Handler handler) {

  /** Answers a GET. */
  public static Route get(String path, Handler handler) {
    return new Route("GET", path, handler);
  }

  /** Answers a POST. */
  public static Route post(String path, Handler handler) {
    return new Route("POST", path, handler);
  }
}
