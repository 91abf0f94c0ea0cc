package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.PromptParts;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads contents: the turns of a conversation, each with parts. One reader serves one request. */
final class ContentReader extends PromptParts {

  private static final FieldNames CONTENT = FieldNames.ofProtobuf("role", "parts");
  private static final FieldNames PART =
      FieldNames.ofProtobuf(
          "text",
          "thought",
          "thoughtSignature",
          "inlineData",
          "fileData",
          "functionCall",
          "functionResponse",
          "executableCode",
          "codeExecutionResult",
          "toolCall",
          "toolResponse",
          "videoMetadata",
          "mediaResolution",
          "partMetadata");
  private static final FieldNames DATA =
      FieldNames.ofProtobuf("mimeType", "data", "fileUri", "displayName");
  private static final FieldNames RESPONSE =
      FieldNames.ofProtobuf("id", "name", "response", "parts", "willContinue", "scheduling");

  /** A reader of the body. */
  ContentReader(byte[] body, JsonParser json) {
    super(body, json);
  }

  /** Reads a list of contents, or a single one in its place; the parser stands at it. */
  void contents(String path) throws IOException {
    switch (json.currentToken()) {
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          content(path);
        }
      }
      default -> content(path);
    }
  }

  /** Reads one content: an object, or a text. */
  void content(String path) throws IOException {
    switch (json.currentToken()) {
      case VALUE_NULL -> {}
      case VALUE_STRING -> {
        message();
        text(json.getText());
      }
      case START_OBJECT -> {
        message();
        long seen = 0;
        while (json.nextToken() != JsonToken.END_OBJECT) {
          var spelt = json.currentName();
          json.nextToken();
          seen = CONTENT.note(spelt, seen, path + ".");
          switch (CONTENT.plainly(spelt)) {
            case "role" -> nested(path + ".role", false);
            case "parts" -> parts(path + ".parts");
            default -> unknown(path, spelt);
          }
        }
      }
      default ->
          throw ApiException.badRequest(
              path, "'%s' must have objects with 'role' and 'parts'.".formatted(path));
    }
  }

  private void parts(String path) throws IOException {
    switch (json.currentToken()) {
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          part(path);
        }
      }
      default -> part(path);
    }
  }

  private void part(String path) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      nested(path, true);
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var spelt = json.currentName();
      json.nextToken();
      seen = PART.note(spelt, seen, path + ".");
      var name = PART.plainly(spelt);
      switch (name) {
        case "thought", "mediaResolution" -> json.skipChildren();
        case "thoughtSignature" -> signature();
        case "inlineData", "fileData" -> data(path + "." + name);
        case "functionResponse", "toolResponse" -> response(path + "." + name);
        case "functionCall", "toolCall", "executableCode", "codeExecutionResult" ->
            nested(path + "." + name, false);
        case "text" -> nested(path + ".text", false);
        default -> unknown(path, spelt);
      }
    }
  }

  private void unknown(String path, String name) throws IOException {
    more(name.getBytes(StandardCharsets.UTF_8).length);
    nested(path + "." + name, true);
  }

  /**
   * A sealed earlier thought, which the provider counts as input again.
   *
   * @see <a href="https://ai.google.dev/gemini-api/docs/thought-signatures">Thought signatures</a>
   */
  private void signature() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      more(json.getTextLength());
    }
    json.skipChildren();
  }

  /** A tool's result, which may have images and files. */
  private void response(String path) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      nested(path, false);
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var spelt = json.currentName();
      json.nextToken();
      seen = RESPONSE.note(spelt, seen, path + ".");
      if (RESPONSE.plainly(spelt).equals("parts")) {
        parts(path + ".parts");
      } else {
        nested(path + "." + spelt, false);
      }
    }
  }

  /** An image, audio or a file: data, or a reference to data elsewhere. */
  private void data(String path) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      nested(path, true);
      return;
    }
    long seen = 0;
    int chars = 0;
    var type = "";
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var spelt = json.currentName();
      json.nextToken();
      seen = DATA.note(spelt, seen, path + ".");
      switch (DATA.plainly(spelt)) {
        case "mimeType" -> {
          type = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
          json.skipChildren();
        }
        case "data" -> {
          if (json.currentToken() == JsonToken.VALUE_STRING && !isElsewhere()) {
            chars = json.getTextLength();
          } else {
            standsFor(path + ".data");
          }
        }
        case "fileUri" -> standsFor(path + ".fileUri");
        default -> nested(path + "." + spelt, true);
      }
    }
    if (chars > 0) {
      inline(type.toLowerCase(Locale.ROOT), chars);
    }
  }

  private void inline(String type, int chars) {
    if (type.startsWith("image/")) {
      image(false);
    } else if (type.startsWith("audio/")) {
      hasAudio();
      attachment(chars);
    } else {
      file(chars);
    }
  }
}
