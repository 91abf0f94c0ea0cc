package io.nexus.server.mock;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nexus.server.mock.UpstreamReply.Chunk;
import java.util.List;

/**
 * How one API says what a model says. An object serves one answer: it is asked for the whole, or
 * for the parts of a stream in their order.
 */
interface Wording {

  /** The answer to a request in the words of the API that the request was made by. */
  static Wording of(Speech speech, UpstreamRequest request) {
    return switch (request.api()) {
      case CHAT -> new ChatWording(speech, request);
      case COMPLETIONS -> new CompletionsWording(speech, request);
      case RESPONSES -> new ResponsesWording(speech, request);
      case MESSAGES -> new MessagesWording(speech, request);
      case GEMINI -> new GeminiWording(speech, request);
      case EMBEDDINGS -> new EmbeddingsWording(speech, request);
    };
  }

  /** The body of an answer in one piece. */
  String whole();

  /** The events before the first piece. */
  default List<Chunk> opening() {
    return List.of();
  }

  /**
   * The event of a piece; empty where the API says none of it before the end.
   *
   * @param isFirst whether it is the first piece
   */
  String delta(String piece, boolean isFirst);

  /** The events after the last piece. */
  List<Chunk> closing();

  /** Whether a stream ends in {@code [DONE]}. */
  boolean endsInDone();

  /** A text as JSON has it. */
  static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }

  /** An event that has a name, and stands for no token. */
  static Chunk event(String type, String fields) {
    return new Chunk("event: %s\ndata: {\"type\":\"%1$s\",%s}".formatted(type, fields), 0);
  }
}
