package io.nexus.server.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Prompt;
import io.nexus.server.dialect.Json;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects what of a request is counted as input. One reader serves one request. */
final class PromptReader {

  private final byte[] body;
  private final JsonParser json;
  private final List<String> texts = new ArrayList<>();
  private final List<String> definitions = new ArrayList<>();
  private final List<Prompt.Image> images = new ArrayList<>();
  private int messages;
  private int names;
  private long attachmentBytes;
  private boolean audio;

  PromptReader(byte[] body, JsonParser json) {
    this.body = body;
    this.json = json;
  }

  Prompt read() {
    return new Prompt(messages, names, texts, definitions, images, attachmentBytes);
  }

  /** Whether a message has audio. */
  boolean audio() {
    return audio;
  }

  /** Reads the array of messages; the parser stands at its beginning, and then at its end. */
  void messages() throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw ApiException.badRequest("messages", "Each of 'messages' must be an object.");
      }
      messages++;
      message();
    }
    if (messages == 0) {
      throw ApiException.badRequest("messages", "'messages' must have at least one message.");
    }
  }

  /** Takes the value where the parser stands as it is written, a tool's definition or a schema. */
  String definition() throws IOException {
    int from = Json.start(json);
    json.skipChildren();
    var text = new String(body, from, Json.end(json) - from, StandardCharsets.UTF_8);
    definitions.add(text);
    return text;
  }

  private void message() throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      switch (name) {
        case "content" -> content();
        case "name" -> {
          names++;
          strings();
        }
        default -> strings();
      }
    }
  }

  private void content() throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> texts.add(json.getText());
      case VALUE_NULL -> {}
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() == JsonToken.START_OBJECT) {
            part();
          } else {
            strings();
          }
        }
      }
      default ->
          throw ApiException.badRequest(
              "messages", "A message's 'content' must be a string, an array or null.");
    }
  }

  private void part() throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      switch (name) {
        case "type" -> json.skipChildren();
        case "image_url" -> image();
        case "input_audio" -> {
          audio = true;
          attachment();
        }
        case "file" -> attachment();
        default -> strings();
      }
    }
  }

  private void image() throws IOException {
    boolean lowDetail = false;
    if (json.currentToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        var name = json.currentName();
        json.nextToken();
        if (name.equals("detail") && json.currentToken() == JsonToken.VALUE_STRING) {
          lowDetail = json.getText().equals("low");
        }
        json.skipChildren();
      }
    } else {
      json.skipChildren();
    }
    images.add(new Prompt.Image(lowDetail));
  }

  /** Data in base64 is counted by the size that it has when decoded. */
  private void attachment() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      if (json.nextToken() == JsonToken.VALUE_STRING) {
        attachmentBytes += json.getTextLength() * 3L / 4;
      }
      json.skipChildren();
    }
  }

  /** Takes every string below the value where the parser stands. */
  private void strings() throws IOException {
    int depth = 0;
    do {
      switch (json.currentToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_STRING -> texts.add(json.getText());
        default -> {}
      }
    } while (depth > 0 && json.nextToken() != null);
  }
}
