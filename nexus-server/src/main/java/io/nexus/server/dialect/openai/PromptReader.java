package io.nexus.server.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.PromptParts;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads the messages of a chat request. One reader serves one request. */
public final class PromptReader extends PromptParts {

  private static final FieldNames MESSAGE =
      new FieldNames("role", "content", "name", "audio", "tool_calls", "function_call", "refusal");
  private static final FieldNames PART =
      new FieldNames("type", "text", "image_url", "input_audio", "file", "refusal");
  private static final FieldNames IMAGE = new FieldNames("url", "detail");
  private static final FieldNames DATA =
      new FieldNames("data", "format", "file_id", "file_data", "file_url", "filename", "url", "id");

  /** A reader of the body. */
  public PromptReader(byte[] body, JsonParser json) {
    super(body, json);
  }

  /** Reads the array of messages; the parser stands at its beginning, and then at its end. */
  public void messages() throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw ApiException.badRequest("messages", "Each of 'messages' must be an object.");
      }
      message();
      oneMessage();
    }
    if (messageCount() == 0) {
      throw ApiException.badRequest("messages", "'messages' must have at least one message.");
    }
  }

  private void oneMessage() throws IOException {
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = MESSAGE.note(name, seen, "messages.");
      switch (name) {
        case "content" -> content();
        case "name" -> {
          name();
          nested("messages.name", true);
        }
        case "audio" -> earlierAudio();
        case "tool_calls", "function_call" -> nested("messages." + name, false);
        case "role", "refusal" -> nested("messages", true);
        default -> {
          more(name.getBytes(StandardCharsets.UTF_8).length);
          nested("messages." + name, true);
        }
      }
    }
  }

  private void content() throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> text(json.getText());
      case VALUE_NULL -> {}
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() == JsonToken.START_OBJECT) {
            part();
          } else {
            nested("messages.content", true);
          }
        }
      }
      default ->
          throw ApiException.badRequest(
              "messages", "A message's 'content' must be a string, an array or null.");
    }
  }

  private void part() throws IOException {
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = PART.note(name, seen, "messages.content.");
      switch (name) {
        case "type" -> json.skipChildren();
        case "image_url" -> imageUrl();
        case "input_audio" -> {
          hasAudio();
          data("messages.content.input_audio");
        }
        case "file" -> data("messages.content.file");
        default -> nested("messages.content." + name, true);
      }
    }
  }

  /** An earlier audio answer that the provider stores. */
  private void earlierAudio() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    hasAudio();
    if (json.currentToken() == JsonToken.START_OBJECT) {
      data("messages.audio");
    } else {
      nested("messages.audio", true);
    }
  }

  private void imageUrl() throws IOException {
    boolean lowDetail = false;
    boolean other = false;
    if (json.currentToken() == JsonToken.START_OBJECT) {
      long seen = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        var name = json.currentName();
        json.nextToken();
        seen = IMAGE.note(name, seen, "messages.content.image_url.");
        if (json.currentToken() == JsonToken.VALUE_STRING) {
          if (name.equals("detail")) {
            lowDetail = json.getText().equals("low");
          } else if (name.equals("url")) {
            other = isNoImage();
          }
        }
        json.skipChildren();
      }
    } else {
      other = json.currentToken() == JsonToken.VALUE_STRING && isNoImage();
      json.skipChildren();
    }
    if (!other) {
      image(lowDetail);
    }
  }

  /** Whether it is a video or a document; some servers accept those as images. */
  private boolean isNoImage() throws IOException {
    var start = start("data:image/".length());
    if (!start.startsWith("data:")
        || start.startsWith("data:image/")
        || start.startsWith("data:;")) {
      return false;
    }
    file(json.getTextLength());
    return true;
  }

  /** Audio or a file: data, or a reference to data elsewhere. */
  private void data(String path) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      nested(path, true);
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = DATA.note(name, seen, path + ".");
      boolean text = json.currentToken() == JsonToken.VALUE_STRING;
      switch (name) {
        case "data" -> {
          if (text && !isElsewhere()) {
            attachment(json.getTextLength());
          } else {
            standsFor(path + ".data");
          }
        }
        case "file_data" -> {
          if (text && !isElsewhere()) {
            file(json.getTextLength());
          } else {
            standsFor(path + ".file_data");
          }
        }
        case "file_id", "file_url", "url", "id" -> standsFor(path + "." + name);
        default -> nested(path + "." + name, true);
      }
    }
  }
}
