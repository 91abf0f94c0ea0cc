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

/** Reads what of a request costs money beside its prompt. One reader serves one request. */
final class BoundReader extends BoundParts {

  private static final FieldNames TOOL =
      new FieldNames(
          "type", "name", "max_uses", "input_schema", "cache_control", "model", "max_tokens");
  private static final FieldNames FALLBACK =
      new FieldNames("model", "max_tokens", "output_config", "speed", "thinking");
  private static final FieldNames THINKING = new FieldNames("type", "budget_tokens", "display");
  private static final FieldNames OUTPUT = new FieldNames("effort", "format", "task_budget");

  /** What the provider tells the model of a tool of its own that the client runs. */
  private static final long BUILT_IN_TOKENS = 2000;

  private static final List<String> RUN_BY_CLIENT =
      List.of("custom", "bash_", "text_editor_", "computer_", "memory_", "tool_search_tool_");
  private static final List<String> COUNTED = List.of("web_search_", "web_fetch_", "advisor_");

  /** What a model that another one asks for advice may say where the request does not limit it. */
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
   * Where the most uses of a tool are to stand that names none.
   *
   * @param at the value that says that there is no limit; empty, at the brace that closes the tool,
   *     if there is none
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

  /** Where tools want a limit. */
  List<Uses> uses() {
    return List.copyOf(uses);
  }

  /** Where the number of tokens stands that the model may think for; null if it does not. */
  @Nullable Span budgetAt() {
    return budgetAt;
  }

  /** That number. */
  long budget() {
    return budget;
  }

  /** Whether the answer must be JSON. */
  boolean isJson() {
    return isJson;
  }

  /**
   * All fields have been read.
   *
   * @param longest the longest answer
   */
  void end(long longest) {
    if (effort && !thinkingOff) {
      thinks();
    }
    if (oneMore) {
      moreOutput(longest);
    }
  }

  /** The definitions of tools. */
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

  /** A tool that runs at the provider has the model read what it finds, and is paid by the call. */
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

  /** How long the model is to think: for a number of tokens, or for as many as it takes. */
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

  /** How much the model is to make of it, and in what form. */
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

  /** Models that answer in the place of one that refuses, after what that one has said. */
  void fallbacks(String name) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      elsewhere(name);
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      oneMore = true; // It is one answer more.
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

  /** What is to be summed up first, or is a conversation that the provider keeps. */
  void state(String name) throws IOException {
    boolean on = !isOff();
    oneMore |= on && name.equals("compaction");
    elsewhere(name);
  }

  /** Servers whose tools the provider calls; none if there are none. */
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
   * What the provider does about a prompt that is too long. What it leaves out costs nothing; where
   * it has the model sum up what came before, that is an answer of its own.
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
