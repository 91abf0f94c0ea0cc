package io.nexus.server.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Searches;
import io.nexus.server.dialect.request.BoundParts;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.PromptParts;
import io.nexus.server.http.ApiException;
import java.io.IOException;

/**
 * Reads the parts of a request to OpenAI's APIs that cost money besides the prompt. One reader
 * serves one request.
 */
public class BoundReader extends BoundParts {

  /** OpenRouter's default number of search results. */
  private static final long USUAL_RESULTS = 5;

  private static final FieldNames TOOL =
      new FieldNames("type", "function", "custom", "max_uses", "max_results", "max_total_results");
  private static final FieldNames PLUGIN = new FieldNames("id", "max_results", "enabled");
  private static final FieldNames SEARCH = new FieldNames("mode", "max_search_results");

  /** A reader on the parser of the body. */
  public BoundReader(JsonParser json, PromptParts prompt) {
    super(json, prompt);
  }

  /** The predicted output; its tokens that are not in the answer are billed as output. */
  public void prediction() throws IOException {
    int from = Json.start(json);
    json.skipChildren();
    if (json.currentToken() != JsonToken.VALUE_NULL) {
      moreOutput(Json.end(json) - from);
    }
  }

  /** The requested model; some providers accept options in its name. */
  public void model(String name) {
    if (name.endsWith(":online")) {
      prompt.unbounded("model");
      calls(USUAL_RESULTS);
    } else if (name.startsWith("@preset/") || name.contains("@preset/")) {
      prompt.unbounded("model");
    } else if (Searches.always(name)) {
      calls(1);
    }
  }

  /** The tool definitions in a field. */
  public void tools(String name) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw ApiException.badRequest(name, "'%s' must be an array.".formatted(name));
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      hasTools();
      int from = Json.start(json);
      if (json.currentToken() != JsonToken.START_OBJECT) {
        json.skipChildren();
      } else if (name.equals("tools")) {
        tool();
      } else {
        json.skipChildren();
      }
      prompt.definition(from, Json.end(json));
    }
  }

  /** A tool; it runs at the provider unless it is the client's function. */
  private void tool() throws IOException {
    long seen = 0;
    boolean own = false;
    long most = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = TOOL.note(name, seen, "tools.");
      switch (name) {
        case "type" -> {
          var type = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
          own |= type.equals("function") || type.equals("custom");
        }
        case "function", "custom" -> own = true;
        case "max_uses", "max_results", "max_total_results" ->
            most = Math.max(most, integer("tools." + name, 0));
        default -> {}
      }
      json.skipChildren();
    }
    if (!own) {
      prompt.unbounded("tools");
      calls(most > 0 ? most : USUAL_CALLS);
    }
  }

  /** A field that makes the provider search, unless it is off. */
  public void search(String name) throws IOException {
    if (isOff()) {
      return;
    }
    long most = USUAL_CALLS;
    boolean off = false;
    if (json.currentToken() == JsonToken.START_OBJECT) {
      long seen = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        var field = json.currentName();
        json.nextToken();
        seen = SEARCH.note(field, seen, name + ".");
        if (field.equals("max_search_results")) {
          most = Math.max(most, integer(name + "." + field, 0));
        } else if (field.equals("mode") && json.currentToken() == JsonToken.VALUE_STRING) {
          off = json.getText().equals("off");
        }
        json.skipChildren();
      }
    } else {
      json.skipChildren();
    }
    if (!off) {
      prompt.unbounded(name);
      calls(most);
    }
  }

  /** OpenRouter's plugins. */
  public void plugins() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      elsewhere("plugins");
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.START_OBJECT) {
        plugin();
      } else {
        elsewhere("plugins");
      }
    }
  }

  private void plugin() throws IOException {
    long seen = 0;
    long results = USUAL_RESULTS;
    boolean free = false;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = PLUGIN.note(name, seen, "plugins.");
      switch (name) {
        case "id" ->
            free |=
                switch (json.getText()) {
                  case "moderation", "response-healing", "context-compression" -> true;
                  default -> false;
                };
        case "max_results" -> results = integer("plugins.max_results", 0);
        case "enabled" -> free |= json.currentToken() == JsonToken.VALUE_FALSE;
        default -> {}
      }
      json.skipChildren();
    }
    if (!free) {
      prompt.unbounded("plugins");
      calls(results);
    }
  }

  /** OpenRouter's provider preferences, which may choose a provider of unknown price. */
  public void provider() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    boolean chosen = false;
    boolean priced = false;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      switch (name) {
        case "order", "only", "sort" -> chosen |= !isOff();
        case "max_price" -> priced |= !isOff();
        default -> {}
      }
      json.skipChildren();
    }
    if (chosen && !priced) {
      prompt.unbounded("provider");
    }
  }
}
