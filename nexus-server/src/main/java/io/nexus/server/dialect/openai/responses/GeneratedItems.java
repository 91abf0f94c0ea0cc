package io.nexus.server.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Binary;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the items of an output: their generated text, and the provider's tools that they call.
 * Labels, results of tools, and binary data such as images and encrypted reasoning are not text.
 * For one answer, not for concurrent use.
 */
final class GeneratedItems {

  private static final int MOST_IDS = 64;

  private final OutputMeter meter;
  private final List<String> ids = new ArrayList<>(2);
  private long known;
  private long chars;

  GeneratedItems(OutputMeter meter) {
    this.meter = meter;
  }

  /** The items' ids, up to a small number. */
  List<String> ids() {
    return ids;
  }

  /**
   * Reads an item; the parser stands at it, and then at its end.
   *
   * @param knownChars its characters that were counted before
   * @return the number of its characters
   */
  long item(ReusableJsonParser json, ToolCalls calls, long knownChars) throws IOException {
    known = knownChars;
    chars = 0;
    if (json.currentToken() != JsonToken.START_OBJECT) {
      value(json, "");
      return chars;
    }
    var type = "";
    var action = "";
    var container = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
      switch (name) {
        case "type" -> type = isText ? json.getText() : "";
        case "id" -> {
          if (isText && ids.size() < MOST_IDS && !ids.contains(json.getText())) {
            ids.add(json.getText());
          }
        }
        case "container_id" -> container = isText ? json.getText() : "";
        case "action" -> action = action(json);
        default -> value(json, name);
      }
      json.skipChildren();
    }
    calls.note(type, action, container);
    return chars;
  }

  /** The generated action of a search or a computer. */
  private String action(ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      value(json, "action");
      return "";
    }
    var type = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      if (name.equals("type") && json.currentToken() == JsonToken.VALUE_STRING) {
        type = json.getText();
      } else {
        value(json, name);
      }
      json.skipChildren();
    }
    return type;
  }

  /** Every string in a value, except fields with labels and binary data. */
  private void value(ReusableJsonParser json, String field) throws IOException {
    if (isNoText(field)) {
      json.skipChildren();
      return;
    }
    switch (json.currentToken()) {
      case VALUE_STRING -> text(json);
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          value(json, field);
        }
      }
      case START_OBJECT -> {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          var name = json.currentName();
          json.nextToken();
          value(json, name);
        }
      }
      default -> {}
    }
  }

  private static boolean isNoText(String name) {
    return switch (name) {
      case "id",
          "type",
          "status",
          "role",
          "phase",
          "call_id",
          "object",
          "namespace",
          "server_label",
          "encrypted_content",
          "signature",
          "result",
          "results",
          "output",
          "outputs",
          "tools",
          "sources",
          "url",
          "annotations",
          "logprobs",
          "b64_json",
          "image_url",
          "file_id",
          "created_by" ->
          true;
      default -> false;
    };
  }

  private void text(ReusableJsonParser json) throws IOException {
    int length = json.getTextLength();
    chars += length;
    if (length <= known) {
      known -= length;
      return;
    }
    int from = json.getTextOffset() + (int) known;
    int more = length - (int) known;
    known = 0;
    Binary.feed(json.getTextCharacters(), from, more, false, meter);
  }
}
