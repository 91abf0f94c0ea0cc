package io.nexus.server.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.openai.BoundReader;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.http.ApiException;
import java.io.IOException;

/**
 * Reads what of a request costs money beside its input: tools that run at the provider above all.
 * One reader serves one request.
 */
final class CostParts extends BoundReader {

  /**
   * The most tokens of a picture that a tool makes, as OpenAI publishes it: 6,240 of the model for
   * pictures, whose price is four times that of a usual model's output.
   *
   * @see <a href="https://platform.openai.com/docs/guides/image-generation">Cost of pictures</a>
   */
  private static final long PICTURE_TOKENS = 4 * 6_240;

  private static final FieldNames TOOL =
      new FieldNames("type", "name", "parameters", "tools", "environment", "container");
  private static final FieldNames PLACE = new FieldNames("type");

  private long hosted;
  private String search = "";

  /** A reader of the body that the parser reads. */
  CostParts(JsonParser json, InputItems input) {
    super(json, input);
  }

  /** The calls of tools that run at the provider which are counted on. */
  long hostedCalls() {
    return hosted;
  }

  /** The kind of search that is asked for, as price lists name it; empty for the usual. */
  String search() {
    return search;
  }

  /** How much the model is to think. */
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

  /** The definitions of tools. */
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

  /** One tool, or a group of tools, at which the parser stands. */
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

  /** Where a shell runs. */
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

  /** Whether the client runs it: then a call costs nothing but its tokens. */
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
