package io.nexus.server.dialect.request;

import com.fasterxml.jackson.core.JsonParser;
import io.nexus.control.money.TokenKinds;
import io.nexus.server.dialect.Json;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;

/**
 * Counts values of unknown form: each string is text, and the JSON around the strings, such as keys
 * and numbers, may be shown to the model too, at most a token a byte. For one request.
 */
final class Nested {

  /** The names that may occur once in each object, since the provider may use them. */
  private static final FieldNames ONCE =
      new FieldNames(
          "role",
          "type",
          "content",
          "text",
          "name",
          "function",
          "arguments",
          "image_url",
          "input_audio",
          "file",
          "file_id",
          "file_data",
          "url",
          "data",
          "max_tokens");

  /** Names of references that the provider replaces by stored or fetched data. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "file_id",
          "file_ids",
          "file_uri",
          "file_url",
          "audio_id",
          "audio_url",
          "video_url",
          "document_url",
          "url");

  private final JsonParser json;
  private final PromptParts prompt;
  private long[] seen = {};

  Nested(JsonParser json, PromptParts prompt) {
    this.json = json;
    this.prompt = prompt;
  }

  /**
   * Reads the current value.
   *
   * @param references whether names such as {@code file_id} in it mean something to the provider;
   *     in the arguments of a call they belong to the client
   */
  void read(String path, boolean references) throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> string(path, path.substring(path.lastIndexOf('.') + 1), references);
      case START_OBJECT, START_ARRAY -> below(path, references);
      case VALUE_NULL -> {}
      default -> prompt.more(json.getTextLength());
    }
  }

  private void below(String path, boolean references) throws IOException {
    int from = Json.start(json);
    long chars = 0;
    int depth = 0;
    var key = "";
    do {
      switch (json.currentToken()) {
        case START_OBJECT, START_ARRAY -> open(depth++);
        case END_OBJECT, END_ARRAY -> depth--;
        case FIELD_NAME -> {
          key = json.currentName();
          seen[depth - 1] = ONCE.noteRepeated(key, seen[depth - 1], path + ".");
          if (key.equals("ttl")) {
            prompt.kinds(TokenKinds.ALL); // A longer cache lifetime costs more.
          }
        }
        case VALUE_STRING -> {
          chars += json.getTextLength();
          string(path, key, references);
        }
        default -> {}
      }
    } while (depth > 0 && json.nextToken() != null);
    prompt.more(Math.max(0, Json.end(json) - from - chars));
  }

  private void string(String path, String key, boolean references) throws IOException {
    if (references && ELSEWHERE.contains(key)) {
      var start = prompt.start(64);
      if (start.startsWith("data:")) {
        prompt.file(json.getTextLength());
        return;
      }
      if (!key.equals("url") || start.contains("://")) {
        prompt.unbounded(path.endsWith("." + key) ? path : path + "." + key);
      }
    }
    prompt.text(json.getText());
  }

  private void open(int depth) {
    if (depth == seen.length) {
      seen = Arrays.copyOf(seen, 2 * depth + 4);
    }
    seen[depth] = 0;
  }
}
