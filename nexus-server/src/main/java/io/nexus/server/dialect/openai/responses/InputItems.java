package io.nexus.server.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.PromptParts;
import io.nexus.server.dialect.request.RequestFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the input of a response: a text, or items of any kind, such as messages, tool calls and
 * their results, reasoning. One reader serves one request.
 */
final class InputItems extends PromptParts {

  /**
   * The least bytes of a token of encrypted reasoning in base64. A token of text has four to five
   * bytes, and four characters of base64 hold three bytes.
   */
  private static final int HIDDEN_CHARS_A_TOKEN = 2;

  private static final int DATA_CHARS = 1024;

  private static final FieldNames ITEM =
      new FieldNames(
          "type",
          "role",
          "content",
          "output",
          "outputs",
          "arguments",
          "input",
          "code",
          "summary",
          "encrypted_content",
          "result",
          "id");
  private static final FieldNames PART =
      new FieldNames(
          "type",
          "text",
          "refusal",
          "image_url",
          "detail",
          "file_id",
          "file_data",
          "file_url",
          "input_audio");
  private static final FieldNames SOUND = new FieldNames("data", "format");

  private final Continued earlier;

  /**
   * A reader of the body.
   *
   * @param earlier finds the answers that items may refer to
   */
  InputItems(byte[] body, JsonParser json, Continued earlier) {
    super(body, json);
    this.earlier = earlier;
  }

  /** Reads the field at whose value the parser stands: a text, or an array of items. */
  void items(String field) throws IOException {
    switch (json.currentToken()) {
      case VALUE_NULL -> {}
      case VALUE_STRING -> {
        message();
        text(json.getText());
      }
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          message();
          if (json.currentToken() == JsonToken.START_OBJECT) {
            item(field);
          } else {
            nested(field, true);
          }
        }
      }
      default -> throw RequestFields.wrongType(field, "a string or an array of items");
    }
  }

  private void item(String field) throws IOException {
    long seen = 0;
    boolean refers = false;
    boolean says = false;
    var id = "";
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = ITEM.note(name, seen, field + ".");
      says |= !name.equals("id") && !name.equals("type");
      switch (name) {
        case "type" -> {
          refers |=
              json.currentToken() == JsonToken.VALUE_STRING
                  && json.getText().equals("item_reference");
          json.skipChildren();
        }
        case "id" -> {
          id = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
          json.skipChildren();
        }
        case "role", "status", "call_id", "phase" -> json.skipChildren();
        case "content", "summary" -> parts(field + "." + name);
        case "output", "outputs" -> parts(field + "." + name);
        case "encrypted_content" -> hidden();
        case "result" -> picture(field);
        // The client's own text or an earlier action: the provider fetches nothing for it.
        case "arguments", "input", "code", "name", "action", "queries", "results", "operation" ->
            nested(field + "." + name, false);
        default -> {
          more(name.getBytes(StandardCharsets.UTF_8).length);
          nested(field + "." + name, true);
        }
      }
    }
    if ((refers || !says) && !earlier.isKnown(id, field + ".id")) {
      unbounded(field + ".id");
    }
  }

  private void parts(String path) throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> text(json.getText());
      case VALUE_NULL -> {}
      case START_OBJECT -> part(path);
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() == JsonToken.START_OBJECT) {
            part(path);
          } else {
            nested(path, true);
          }
        }
      }
      default -> nested(path, true);
    }
  }

  private void part(String path) throws IOException {
    long seen = 0;
    boolean isImage = false;
    boolean lowDetail = false;
    boolean isFileKept = false;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = PART.note(name, seen, path + ".");
      boolean isText = json.currentToken() == JsonToken.VALUE_STRING;
      switch (name) {
        case "type" -> {
          isImage |=
              isText
                  && (json.getText().equals("input_image")
                      || json.getText().equals("computer_screenshot"));
          json.skipChildren();
        }
        case "detail" -> {
          lowDetail = isText && json.getText().equals("low");
          json.skipChildren();
        }
        case "image_url" -> {
          isImage |= json.currentToken() != JsonToken.VALUE_NULL;
          json.skipChildren();
        }
        case "file_id" -> {
          isFileKept = json.currentToken() != JsonToken.VALUE_NULL;
          json.skipChildren();
        }
        case "file_data" -> {
          if (isText && !isElsewhere()) {
            file(json.getTextLength());
          } else {
            standsFor(path + ".file_data");
          }
        }
        case "file_url" -> standsFor(path + ".file_url");
        case "input_audio" -> sound(path);
        case "annotations", "logprobs" -> json.skipChildren();
        default -> nested(path + "." + name, true);
      }
    }
    if (isImage) {
      image(lowDetail);
    } else if (isFileKept) {
      unbounded(path + ".file_id");
    }
  }

  private void sound(String path) throws IOException {
    hasAudio();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      nested(path + ".input_audio", true);
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = SOUND.note(name, seen, path + ".input_audio.");
      if (name.equals("data") && json.currentToken() == JsonToken.VALUE_STRING && !isElsewhere()) {
        attachment(json.getTextLength());
      } else {
        nested(path + ".input_audio." + name, true);
      }
    }
  }

  /** Earlier reasoning that only the provider can read. */
  private void hidden() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      more(Math.ceilDiv(json.getTextLength(), HIDDEN_CHARS_A_TOKEN));
    } else {
      json.skipChildren();
    }
  }

  /** An image made earlier, or the text of a tool's result. */
  private void picture(String field) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() > DATA_CHARS) {
      image(false);
      json.skipChildren();
    } else {
      nested(field + ".result", false);
    }
  }
}
