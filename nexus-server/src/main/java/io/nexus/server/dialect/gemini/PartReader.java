package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Binary;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;

/**
 * Finds the generated text in the parts of a content: text and thoughts, names and arguments of
 * calls, code. Images, audio and signatures are not text, and the output of code is not generated.
 * For one answer; not for concurrent use.
 */
final class PartReader {

  private final OutputMeter meter;
  private final boolean inPieces;

  /**
   * A reader that gives the text to a meter.
   *
   * @param inPieces whether the answer comes in pieces
   */
  PartReader(OutputMeter meter, boolean inPieces) {
    this.meter = meter;
    this.inPieces = inPieces;
  }

  /**
   * Reads a content; the parser stands at it, and then at its end.
   *
   * @return whether there was text
   */
  boolean content(ReusableJsonParser json) throws IOException {
    long before = meter.chars();
    if (json.currentToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        var value = json.nextToken();
        if (name.equals("parts") && value == JsonToken.START_ARRAY) {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            part(json);
          }
        } else if (name.equals("parts")) {
          part(json);
        } else {
          json.skipChildren();
        }
      }
    } else {
      json.skipChildren();
    }
    return meter.chars() > before;
  }

  private void part(ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      all(json, false);
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      switch (name) {
        case "functionCall", "function_call", "toolCall", "tool_call" -> call(json);
        case "executableCode", "executable_code" -> code(json);
        case "thought",
            "thoughtSignature",
            "thought_signature",
            "inlineData",
            "inline_data",
            "fileData",
            "file_data",
            "codeExecutionResult",
            "code_execution_result",
            "functionResponse",
            "function_response",
            "toolResponse",
            "tool_response",
            "videoMetadata",
            "video_metadata",
            "mediaResolution",
            "media_resolution",
            "partMetadata",
            "part_metadata" ->
            json.skipChildren();
        default -> all(json, false);
      }
    }
  }

  /** Reads a call. The server makes its id, the model its name and arguments. */
  private void call(ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      if (name.equals("id")) {
        json.skipChildren();
      } else {
        all(json, true);
      }
    }
  }

  private void code(ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      if (name.equals("code")) {
        all(json, false);
      } else {
        json.skipChildren();
      }
    }
  }

  /**
   * Reads every string in a value.
   *
   * @param names whether field names and numbers were generated too
   */
  private void all(ReusableJsonParser json, boolean names) throws IOException {
    int depth = 0;
    do {
      switch (json.currentToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_STRING -> text(json);
        case FIELD_NAME, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
          if (names) {
            text(json);
          }
        }
        default -> {}
      }
    } while (depth > 0 && json.nextToken() != null);
  }

  private void text(ReusableJsonParser json) throws IOException {
    Binary.feed(
        json.getTextCharacters(), json.getTextOffset(), json.getTextLength(), inPieces, meter);
  }
}
