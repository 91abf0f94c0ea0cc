package io.nexus.server.dialect.translate;

import java.time.InstantSource;
import java.util.List;

/** All translations. */
final class Translations {

  private Translations() {}

  /**
   * Makes all translations.
   *
   * @param clock gives the time of an answer, in APIs that state it
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
