package io.nexus.server.dialect.anthropic.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.request.BoundParts;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.RequestFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a request that cost money besides its prompt. One reader serves one request.
 */
final class BoundReader extends BoundParts {

  private static final FieldNames TOOL =
      new FieldNames(
          "type", "name", "max_uses", "input_schema", "cache_control", "model", "max_tokens");
  private static final FieldNames FALLBACK =
      new FieldNames("model", "max_tokens", "output_config", "speed", "thinking");
  private static final FieldNames THINKING = new FieldNames("type", "budget_tokens", "display");
  private static final FieldNames OUTPUT = new FieldNames("effort", "format", "task_budget");

  /** The tokens with which the provider describes a tool of its own that the client runs. */
  private static final long BUILT_IN_TOKENS = 2000;

  private static final List<String> RUN_BY_CLIENT =
      List.of("custom", "bash_", "text_editor_", "computer_", "memory_", "tool_search_tool_");
  private static final List<String> COUNTED = List.of("web_search_", "web_fetch_", "advisor_");

  /** The most tokens of a model that another one asks for advice, if the request has no limit. */
  private static final long USUAL_ADVICE = 4096;

  private final BlockReader blocks;
  private final List<Uses> uses = new ArrayList<>(0);
  private @Nullable Span budgetAt;
  private long budget;
  private boolean thinkingOff;
  private boolean effort;
  private boolean oneMore;
  private boolean isJson;

  /**
   * The place for the limit of uses of a tool without one.
   *
   * @param at the null in the field; empty, at the brace that closes the tool, if there is no field
   */
  record Uses(Span at) {

    /** Whether the field is there. */
    boolean isNull() {
      return at.from() < at.to();
    }
  }

  BoundReader(JsonParser parser, BlockReader blocks) {
    super(parser, blocks);
    this.blocks = blocks;
  }

  /** The places in which tools need a limit. */
  List<Uses> uses() {
    return List.copyOf(uses);
  }

  /** The position of the reasoning budget; null if none. */
  @Nullable Span budgetAt() {
    return budgetAt;
  }

  /** The reasoning budget, in tokens. */
  long budget() {
    return budget;
  }

  /** Whether the answer must be JSON. */
  boolean isJson() {
    return isJson;
  }

  /**
   * Ends the reading, after all fields.
   *
   * @param longest the output limit
   */
  void end(long longest) {
    if (effort && !thinkingOff) {
      thinks();
    }
    if (oneMore) {
      moreOutput(longest);
    }
  }

  /** The tool definitions. */
  void definitions() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw RequestFields.wrongType("tools", "an array of tools");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      hasTools();
      int from = Json.start(json);
      if (json.currentToken() == JsonToken.START_OBJECT) {
        tool();
      } else {
        json.skipChildren();
      }
      prompt.definition(from, Json.end(json));
    }
  }

  private void tool() throws IOException {
    long seen = 0;
    var type = "custom";
    var model = "";
    long most = 0;
    long longest = 0;
    Span at = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      var value = json.nextToken();
      seen = TOOL.note(name, seen, "tools.");
      switch (name) {
        case "type" -> type = value == JsonToken.VALUE_STRING ? json.getText() : type;
        case "cache_control" -> blocks.cacheControl();
        case "model" -> model = value == JsonToken.VALUE_STRING ? json.getText() : model;
        case "max_tokens" ->
            longest = value == JsonToken.VALUE_NULL ? 0 : integer("tools.max_tokens", 1);
        case "max_uses" -> {
          at = new Span(Json.start(json), Json.end(json));
          most = value == JsonToken.VALUE_NULL ? 0 : integer("tools.max_uses", 1);
        }
        default -> {}
      }
      json.skipChildren();
    }
    int brace = Json.start(json);
    tool(type, most, at == null ? new Span(brace, brace) : at);
    if (!model.isEmpty()) {
      alsoModel(model);
      moreOutput((longest > 0 ? longest : USUAL_ADVICE) * (most > 0 ? most : USUAL_CALLS));
    }
  }

  /**
   * A tool that runs at the provider. The model reads what it finds, and some are billed by the
   * call.
   */
  private void tool(String type, long most, Span at) {
    if (begins(type, RUN_BY_CLIENT)) {
      prompt.more(type.equals("custom") ? 0 : BUILT_IN_TOKENS);
      return;
    }
    prompt.unbounded("tools");
    calls(most > 0 ? most : USUAL_CALLS);
    if (most == 0 && begins(type, COUNTED)) {
      uses.add(new Uses(at));
    }
  }

  private static boolean begins(String type, List<String> beginnings) {
    return beginnings.stream().anyMatch(type::startsWith);
  }

  /** The reasoning setting: off, a number of tokens, or adaptive. */
  @Override
  public void thinking() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      var value = json.nextToken();
      seen = THINKING.note(name, seen, "thinking.");
      if (name.equals("type") && value == JsonToken.VALUE_STRING) {
        thinkingOff = json.getText().equals("disabled");
      } else if (name.equals("budget_tokens") && value != JsonToken.VALUE_NULL) {
        budget = integer("thinking.budget_tokens", 1);
        budgetAt = new Span(Json.start(json), Json.end(json));
        leastOutput(MessagesRequest.LEAST_BUDGET);
      }
      json.skipChildren();
    }
    if (!thinkingOff) {
      thinks();
    }
  }

  /** The output settings: effort and format. */
  void output() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = OUTPUT.note(name, seen, "output_config.");
      switch (name) {
        case "effort" -> effort |= json.currentToken() == JsonToken.VALUE_STRING;
        case "format" -> format();
        case "task_budget" -> {}
        default -> unknown();
      }
      json.skipChildren();
    }
  }

  /** A schema that the answer must fit. */
  void format() throws IOException {
    boolean isObject = json.currentToken() == JsonToken.START_OBJECT;
    int from = Json.start(json);
    json.skipChildren();
    if (isObject) {
      isJson = true;
      prompt.definition(from, Json.end(json));
    }
  }

  /** Models that answer if the first one refuses; its output is billed too. */
  void fallbacks(String name) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      elsewhere(name);
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      oneMore = true; // A further answer.
      if (json.currentToken() == JsonToken.START_OBJECT) {
        fallback();
      } else {
        elsewhere(name);
      }
    }
  }

  private void fallback() throws IOException {
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      var value = json.nextToken();
      seen = FALLBACK.note(name, seen, "fallbacks.");
      switch (name) {
        case "model" -> {
          if (value == JsonToken.VALUE_STRING) {
            alsoModel(json.getText());
          }
        }
        case "max_tokens" ->
            moreOutput(value == JsonToken.VALUE_NULL ? 0 : integer("fallbacks.max_tokens", 1));
        case "speed" -> tier();
        default -> {}
      }
      json.skipChildren();
    }
  }

  /** Reads a setting that summarises first, or refers to a conversation stored at the provider. */
  void state(String name) throws IOException {
    boolean on = !isOff();
    oneMore |= on && name.equals("compaction");
    elsewhere(name);
  }

  /** The servers whose tools the provider calls; an empty list has none. */
  void servers(String name) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      elsewhere(name);
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      elsewhere(name);
    }
  }

  /**
   * Reads how the provider shortens a long prompt. Omitted parts cost nothing; a summary by the
   * model is a further answer.
   */
  void management(String name) throws IOException {
    int depth = 0;
    do {
      switch (json.currentToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_STRING -> {
          if (json.getText().startsWith("compact")) {
            prompt.unbounded(name);
            oneMore = true;
          }
        }
        default -> {}
      }
    } while (depth > 0 && json.nextToken() != null);
  }
}
