package io.nexus.server.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.openai.BoundReader;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.http.ApiException;
import java.io.IOException;

/**
 * Reads the parts of a request that cost money besides its input, mainly tools that run at the
 * provider. One reader serves one request.
 */
final class CostParts extends BoundReader {

  /**
   * The most tokens of an image that a tool makes. OpenAI publishes 6,240 tokens of the image
   * model, whose price is four times that of a usual model's output.
   *
   * @see <a href="https://platform.openai.com/docs/guides/image-generation">Cost of pictures</a>
   */
  private static final long PICTURE_TOKENS = 4 * 6_240;

  private static final FieldNames TOOL =
      new FieldNames("type", "name", "parameters", "tools", "environment", "container");
  private static final FieldNames PLACE = new FieldNames("type");

  private long hosted;
  private String search = "";

  /** A reader on the parser of the body. */
  CostParts(JsonParser json, InputItems input) {
    super(json, input);
  }

  /** The expected number of calls of the provider's tools. */
  long hostedCalls() {
    return hosted;
  }

  /** The requested kind of search, as price lists name it; empty for the default. */
  String search() {
    return search;
  }

  /** The requested amount of reasoning. */
  void reasoning() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      thinking();
      return;
    }
    boolean thinks = true;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      if (name.equals("effort") && json.currentToken() == JsonToken.VALUE_STRING) {
        thinks = !json.getText().equals("none");
      }
      json.skipChildren();
    }
    if (thinks) {
      thinks();
    }
  }

  /** The tool definitions. */
  void hostedTools() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw ApiException.badRequest("tools", "'tools' must be an array.");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      hasTools();
      int from = Json.start(json);
      tool();
      prompt.definition(from, Json.end(json));
    }
  }

  /** Reads the tool, or the group of tools, at which the parser stands. */
  private void tool() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    long seen = 0;
    var type = "";
    var place = "";
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = TOOL.note(name, seen, "tools.");
      switch (name) {
        case "type" -> type = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
        case "tools" -> group();
        case "environment" -> place = place();
        default -> {}
      }
      json.skipChildren();
    }
    if (!isOwn(type, place)) {
      prompt.unbounded("tools");
      hosted += USUAL_CALLS;
      calls(USUAL_CALLS);
      search = type.startsWith("web_search_preview") ? "preview" : search;
      if (type.equals("image_generation")) {
        moreOutput(PICTURE_TOKENS * USUAL_CALLS);
      }
    }
  }

  private void group() throws IOException {
    if (json.currentToken() == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        tool();
      }
    }
  }

  /** The environment of a shell. */
  private String place() throws IOException {
    var place = "";
    if (json.currentToken() == JsonToken.START_OBJECT) {
      long seen = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        var name = json.currentName();
        json.nextToken();
        seen = PLACE.note(name, seen, "tools.environment.");
        if (name.equals("type") && json.currentToken() == JsonToken.VALUE_STRING) {
          place = json.getText();
        }
        json.skipChildren();
      }
    }
    return place;
  }

  /** Whether the client runs it; then a call costs only its tokens. */
  private static boolean isOwn(String type, String place) {
    return switch (type) {
      case "function",
          "custom",
          "namespace",
          "local_shell",
          "apply_patch",
          "computer",
          "computer_use_preview",
          "tool_search" ->
          true;
      case "shell" -> place.equals("local");
      default -> false;
    };
  }
}
