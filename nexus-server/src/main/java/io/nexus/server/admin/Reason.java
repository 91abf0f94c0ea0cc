package io.nexus.server.admin;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.nexus.server.http.ApiException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * The reason of a change: the header {@code X-Nexus-Reason}, for the record of changes. Non-ASCII
 * text is percent-encoded.
 */
final class Reason {

  /** The longest reason, in characters. */
  static final int MOST = 500;

  private static final HeaderName REASON = HeaderNames.create("X-Nexus-Reason");

  private Reason() {}

  /** The reason in a request; empty if none. */
  static String of(ServerRequest request) {
    var reason = decoded(request.headers().first(REASON).orElse("").strip());
    if (reason.length() > MOST) {
      throw ApiException.badRequest(
          null, "'X-Nexus-Reason' has to be up to " + MOST + " characters.");
    }
    return reason.codePoints().anyMatch(Character::isISOControl)
        ? reason.replaceAll("\\p{Cntrl}+", " ")
        : reason;
  }

  /** Decodes percent escapes; a plus, and a percent sign without a valid escape, stay. */
  private static String decoded(String text) {
    try {
      return text.indexOf('%') < 0
          ? text
          : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
