package io.nexus.server.flow;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.List;

/** The session that a request says it belongs to, by what coding agents send unasked. */
final class Session {

  /** The first that is there counts: an application's own word, then the agents'. */
  private static final List<HeaderName> HEADERS =
      List.of(
          HeaderNames.create("X-Nexus-Session"),
          HeaderNames.create("x-claude-code-session-id"),
          HeaderNames.create("session-id"),
          HeaderNames.create("session_id"),
          HeaderNames.create("x-session-id"));

  private Session() {}

  /** Its name; empty without one. */
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
