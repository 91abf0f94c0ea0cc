package io.nexus.server.flow;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.List;

/** The session of a request, from headers that coding agents send. */
final class Session {

  /** The first present header counts: Nexus's own, then the agents'. */
  private static final List<HeaderName> HEADERS =
      List.of(
          HeaderNames.create("X-Nexus-Session"),
          HeaderNames.create("x-claude-code-session-id"),
          HeaderNames.create("session-id"),
          HeaderNames.create("session_id"),
          HeaderNames.create("x-session-id"));

  private Session() {}

  /** The session's name; empty if none. */
  static String of(ServerRequestHeaders headers) {
    for (var name : HEADERS) {
      if (headers.contains(name)) {
        var session = headers.get(name).get().strip();
        if (!session.isEmpty()) {
          return session;
        }
      }
    }
    return "";
  }
}
