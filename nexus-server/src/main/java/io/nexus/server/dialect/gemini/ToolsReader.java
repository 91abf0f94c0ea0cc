package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.request.BoundParts;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.PromptParts;
import io.nexus.server.http.ApiException;
import java.io.IOException;

/**
 * Reads the tools of a request. The client's tools are text of its prompt. The others run at
 * Google: their results are input of any length, and searches have a fee.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/pricing">What Google charges for tools</a>
 */
final class ToolsReader extends BoundParts {

  private static final FieldNames TOOL =
      FieldNames.ofProtobuf(
          "functionDeclarations",
          "googleSearch",
          "googleSearchRetrieval",
          "enterpriseWebSearch",
          "googleMaps",
          "urlContext",
          "codeExecution",
          "fileSearch",
          "computerUse",
          "retrieval",
          "mcpServers");

  /** The tokens with which Google describes the actions of computer use. */
  private static final long COMPUTER_TOKENS = 4096;

  private final long searches;

  /**
   * A reader on the parser of the body.
   *
   * @param model the model, which decides how searches are charged
   */
  ToolsReader(JsonParser json, PromptParts prompt, String model) {
    super(json, prompt);
    this.searches = Grounding.isByPrompt(model) ? 1 : USUAL_CALLS;
  }

  /** Reads the list of tools, or a single one in its place. */
  void definitions() throws IOException {
    switch (json.currentToken()) {
      case VALUE_NULL -> {}
      case START_OBJECT -> tool();
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() != JsonToken.START_OBJECT) {
            throw ApiException.badRequest("tools", "Each of 'tools' must be an object.");
          }
          tool();
        }
      }
      default -> throw ApiException.badRequest("tools", "'tools' must be an array.");
    }
  }

  private void tool() throws IOException {
    hasTools();
    int from = Json.start(json);
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var spelt = json.currentName();
      json.nextToken();
      seen = TOOL.note(spelt, seen, "tools.");
      if (!isOff()) {
        kind(TOOL.plainly(spelt));
      }
      json.skipChildren();
    }
    prompt.definition(from, Json.end(json));
  }

  private void kind(String name) {
    switch (name) {
      case "functionDeclarations" -> {}
      case "computerUse" -> prompt.more(COMPUTER_TOKENS);
      case "urlContext", "codeExecution", "fileSearch" -> prompt.unbounded("tools." + name);
      case "googleSearch", "googleSearchRetrieval", "enterpriseWebSearch", "googleMaps" -> {
        prompt.unbounded("tools." + name);
        calls(searches);
      }
      default -> {
        prompt.unbounded("tools." + name);
        calls(USUAL_CALLS);
      }
    }
  }
}
