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
    var messages = new ChatOverMessages(clock);
    var gemini = new ChatOverGemini(clock);
    var ofMessages = new MessagesOverChat();
    var ofResponses = new ResponsesOverChat(clock);
    return List.of(
        ofMessages,
        ofResponses,
        messages,
        gemini,
        new Chain(ofMessages, gemini),
        new Chain(ofResponses, messages),
        new Chain(ofResponses, gemini),
        new EmbeddingsOverGemini());
  }
}
