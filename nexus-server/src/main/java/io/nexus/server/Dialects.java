package io.nexus.server;

import io.nexus.server.dialect.Dialect;
import io.nexus.server.dialect.anthropic.messages.MessagesDialect;
import io.nexus.server.dialect.gemini.GeminiDialect;
import io.nexus.server.dialect.openai.audio.SpeechDialect;
import io.nexus.server.dialect.openai.audio.TranscriptionsDialect;
import io.nexus.server.dialect.openai.chat.ChatDialect;
import io.nexus.server.dialect.openai.chat.CompletionsDialect;
import io.nexus.server.dialect.openai.images.ImagesDialect;
import io.nexus.server.dialect.openai.input.InputDialect;
import io.nexus.server.dialect.openai.responses.ResponsesDialect;
import io.nexus.server.dialect.rerank.RerankDialect;
import java.util.List;
import java.util.Optional;

/** The wire APIs that the gateway serves. */
public final class Dialects {

  private static final List<Dialect> ALL =
      List.of(
          new ChatDialect(),
          new CompletionsDialect(),
          InputDialect.embeddings(),
          InputDialect.moderations(),
          ResponsesDialect.create(),
          ResponsesDialect.compact(),
          ResponsesDialect.count(),
          new GeminiDialect(),
          MessagesDialect.create(),
          MessagesDialect.count(),
          ImagesDialect.generations(),
          ImagesDialect.edits(),
          ImagesDialect.variations(),
          new SpeechDialect(),
          TranscriptionsDialect.transcriptions(),
          TranscriptionsDialect.translations(),
          new RerankDialect());

  private Dialects() {}

  /** All of them. */
  public static List<Dialect> all() {
    return ALL;
  }

  /** The one of an API's name, such as {@code chat}. */
  public static Optional<Dialect> named(String api) {
    return ALL.stream().filter(each -> each.api().label().equals(api)).findFirst();
  }
}
