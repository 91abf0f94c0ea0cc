package io.nexus.server.dialect.anthropic.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.TokenKinds;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.PromptParts;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads the system prompt, the messages and the blocks in them. One reader serves one request. */
final class BlockReader extends PromptParts {

  private static final FieldNames MESSAGE = new FieldNames("role", "content");
  private static final FieldNames BLOCK =
      new FieldNames(
          "type",
          "text",
          "thinking",
          "signature",
          "data",
          "source",
          "content",
          "input",
          "name",
          "title",
          "context",
          "id",
          "tool_use_id",
          "file_id",
          "encrypted_content",
          "encrypted_index",
          "citations",
          "cache_control");
  private static final FieldNames SOURCE =
      new FieldNames("type", "media_type", "data", "url", "file_id", "content");
  private static final FieldNames CACHE = new FieldNames("type", "ttl");

  /** The lifetime of a cache at the usual price. */
  private static final String USUAL_TTL = "5m";

  /**
   * The least characters in base64 of a token of sealed content, even if compressed. The model sees
   * sealed reasoning and found pages again.
   */
  private static final int SEALED_CHARS_A_TOKEN = 2;

  /** A reader of the body. */
  BlockReader(byte[] body, JsonParser json) {
    super(body, json);
  }

  /** Reads the array of messages; the parser stands at its beginning, and then at its end. */
  void messages() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw RequestFields.wrongType("messages", "an array of messages");
    }
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
        case "role" -> json.skipChildren();
        case "content" -> content("messages.content");
        default -> other("messages", name, true);
      }
    }
  }

  /** Reads a text, or a list of blocks. */
  void content(String path) throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> text(json.getText());
      case VALUE_NULL -> {}
      case START_OBJECT -> block(path);
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() == JsonToken.START_OBJECT) {
            block(path);
          } else {
            nested(path, true);
          }
        }
      }
      default -> throw RequestFields.wrongType(path, "a string or an array of blocks");
    }
  }

  private void block(String path) throws IOException {
    long seen = 0;
    var type = "";
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = BLOCK.note(name, seen, path + ".");
      switch (name) {
        case "type" -> type = string();
        case "source" -> source(path + ".source", type);
        case "content" -> content(path + ".content");
        case "signature", "data", "encrypted_content", "encrypted_index" -> sealed(path, name);
        case "id", "tool_use_id", "citations" -> marks();
        case "file_id" -> file(path, type);
        case "cache_control" -> cacheControl();
        case "text", "thinking", "title", "context", "name" ->
            nested(path + "." + name, !isOfTools(type));
        case "input" -> nested(path + ".input", false);
        default -> other(path, name, !isOfTools(type));
      }
    }
  }

  /** Whether it is a tool's input or result, whose addresses the provider does not fetch. */
  private static boolean isOfTools(String type) {
    return type.contains("tool_") || type.endsWith("_result");
  }

  private String string() throws IOException {
    var text = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
    json.skipChildren();
    return text;
  }

  private void sealed(String path, String name) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      more(json.getTextLength() / SEALED_CHARS_A_TOKEN);
    } else {
      nested(path + "." + name, true);
    }
  }

  /** Reads fields that the model may see: names of calls, and citations of earlier answers. */
  private void marks() throws IOException {
    int from = Json.start(json);
    json.skipChildren();
    more(Json.end(json) - from);
  }

  /** A file stored at the provider. Of files written by code the model sees only the names. */
  private void file(String path, String type) throws IOException {
    if (type.endsWith("_output")) {
      marks();
    } else {
      standsFor(path + ".file_id");
    }
  }

  private void other(String path, String name, boolean references) throws IOException {
    more(name.getBytes(StandardCharsets.UTF_8).length);
    nested(path + "." + name, references);
  }

  /** An image or a document. It counts as a document if its kind follows its data. */
  private void source(String path, String type) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      nested(path, !isOfTools(type));
      return;
    }
    boolean isImage = type.equals("image");
    if (isImage) {
      image(false);
    }
    long seen = 0;
    var kind = "";
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = SOURCE.note(name, seen, path + ".");
      switch (name) {
        case "type" -> kind = string();
        case "media_type" -> json.skipChildren();
        case "content" -> content(path + ".content");
        case "data", "url", "file_id" -> {
          if (isImage) {
            json.skipChildren();
          } else {
            document(path, name, kind);
          }
        }
        default -> other(path, name, true);
      }
    }
  }

  private void document(String path, String name, String kind) throws IOException {
    boolean isData = name.equals("data") && json.currentToken() == JsonToken.VALUE_STRING;
    if (isData && kind.equals("text")) {
      text(json.getText());
    } else if (isData) {
      file(json.getTextLength());
    } else {
      standsFor(path + "." + name);
    }
  }

  /** Reads the lifetime of a cache; a longer one than usual costs more. */
  void cacheControl() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = CACHE.note(name, seen, "cache_control.");
      if (name.equals("ttl") && !string().equals(USUAL_TTL)) {
        kinds(TokenKinds.ALL);
      }
      json.skipChildren();
    }
  }
}
