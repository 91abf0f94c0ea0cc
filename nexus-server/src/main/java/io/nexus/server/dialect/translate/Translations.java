package io.nexus.server.dialect.translate;

import java.time.InstantSource;
import java.util.List;

/** The translations that there are. */
final class Translations {

  private Translations() {}

  /**
   * All of them.
   *
   * @param clock says when something was made, where an API wants to know that
   */
  static List<Translation> all(InstantSource clock) {
    return List.of(
        new MessagesOverChat(),
        new ResponsesOverChat(clock),
        new ChatOverMessages(clock),
        new ChatOverGemini(clock),
        new EmbeddingsOverGemini());
  }
}
