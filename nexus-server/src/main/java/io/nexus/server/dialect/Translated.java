package io.nexus.server.dialect;

import io.nexus.control.routing.Api;
import java.util.List;

/**
 * How a request was said to a backend that does not speak the client's API.
 *
 * @param from the client's
 * @param to the backend's
 * @param omitted what was left out although the client may miss it, such as {@code tools[3]}
 */
public record Translated(Api from, Api to, List<String> omitted) {

  /** Copies the list. */
  public Translated {
    omitted = List.copyOf(omitted);
  }

  /** The two APIs, as in {@code messages>chat}. */
  public String pair() {
    return from.label() + '>' + to.label();
  }
}
