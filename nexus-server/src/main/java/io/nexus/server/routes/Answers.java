package io.nexus.server.routes;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.http.JsonText;
import java.nio.charset.StandardCharsets;

/** Answers of the gateway's own. */
public final class Answers {

  private Answers() {}

  /** Sends what is written as JSON. */
  public static void json(ServerResponse response, JsonText.Content content) {
    text(response, "application/json", JsonText.write(content));
  }

  /** Sends a text. */
  public static void text(ServerResponse response, String contentType, String text) {
    response.headers().set(HeaderNames.CONTENT_TYPE, contentType);
    response.send(text.getBytes(StandardCharsets.UTF_8));
  }
}
