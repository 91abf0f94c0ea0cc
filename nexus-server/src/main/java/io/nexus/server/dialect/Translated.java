package io.nexus.server.dialect;

import io.nexus.control.routing.Api;
import java.util.List;

/**
 * How a request was translated for a backend with another API.
 *
 * @param from the client's
 * @param to the backend's
 * @param omitted the omitted parts that the client may miss, such as {@code tools[3]}
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
