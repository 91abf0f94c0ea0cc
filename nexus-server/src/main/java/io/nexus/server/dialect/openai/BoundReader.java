package io.nexus.server.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Bound;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.TokenKinds;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what else of a request costs money: how many answers and how long, tools that run at the
 * provider, other models and tiers that it may choose. One reader serves one request.
 */
public final class BoundReader {

  /**
   * So often a tool that runs at the provider is taken to be called where the request does not say.
   */
  static final long USUAL_CALLS = 10;

  /** What OpenRouter's search finds for a request that does not say. */
  private static final long USUAL_RESULTS = 5;

  private static final int MAX_CHOICES = 128;

  /** No server takes as many prompts at once. */
  private static final int MAX_ANSWERS = 1 << 20;

  private static final FieldNames TOOL =
      new FieldNames("type", "function", "custom", "max_uses", "max_results", "max_total_results");
  private static final FieldNames PLUGIN = new FieldNames("id", "max_results", "enabled");
  private static final FieldNames SEARCH = new FieldNames("mode", "max_search_results");

  private final JsonParser json;
  private final PromptReader prompt;
  private final List<ServiceTier> tiers = new ArrayList<>(1);
  private final List<String> models = new ArrayList<>(1);
  private long maxOutput;
  private long choices = 1;
  private long moreOutput;
  private long calls;
  private long mostCalls = Long.MAX_VALUE;
  private boolean tools;
  private boolean thinking;

  public BoundReader(JsonParser json, PromptReader prompt) {
    this.json = json;
    this.prompt = prompt;
  }

  public Bound read(TokenKinds kinds) {
    return new Bound(
        maxOutput,
        (int) choices,
        prompt.moreTokens(),
        moreOutput * choices,
        Math.min(calls, mostCalls),
        kinds,
        thinking,
        tiers,
        models,
        List.copyOf(prompt.unbounded()));
  }

  /** Whether there are tools, the client's or the provider's. */
  public boolean tools() {
    return tools;
  }

  /** The longest answer. */
  public Span limit(String name) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NULL) {
      maxOutput = Math.max(maxOutput, integer(name, 1));
    }
    return new Span(Json.start(json), Json.end(json));
  }

  /** How many answers are made, or made and thrown away. */
  public void choices(String name) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NULL) {
      long count = integer(name, 1);
      if (count > MAX_CHOICES) {
        throw notBetween(name, 1, MAX_CHOICES);
      }
      choices = Math.max(choices, count);
    }
  }

  /** So many prompts are answered, each as often as the request says. */
  public void answersEach(int prompts) {
    choices = Math.min(choices * prompts, MAX_ANSWERS);
  }

  /** The most calls of all tools together. */
  public void mostCalls(String name) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NULL) {
      mostCalls = integer(name, 0);
    }
  }

  /** What the answer may turn out to be; tokens of it that are not in the answer are output too. */
  public void prediction() throws IOException {
    int from = Json.start(json);
    json.skipChildren();
    if (json.currentToken() != JsonToken.VALUE_NULL) {
      moreOutput += Json.end(json) - from;
    }
  }

  public void tier() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      var name = json.getText();
      // What is automatic is set in the provider's own settings.
      var tier = name.equals("auto") ? ServiceTier.PRIORITY : ServiceTier.of(name);
      if (!tier.isStandard()) {
        tiers.add(tier);
      }
    }
    json.skipChildren();
  }

  /** A field that says how much the model is to think. */
  public void thinking() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      thinking |= !json.getText().equals("none");
    } else {
      thinking |= !isOff();
    }
    json.skipChildren();
  }

  /** Further models that will do. */
  public void models() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        models.add(json.getText());
      }
      json.skipChildren();
    }
  }

  /** The model that the request names: some providers take wishes with it. */
  public void model(String name) {
    if (name.endsWith(":online")) {
      prompt.unbounded("model");
      calls += USUAL_RESULTS;
    } else if (name.startsWith("@preset/") || name.contains("@preset/")) {
      prompt.unbounded("model");
    }
  }

  public void tools(String name) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw ApiException.badRequest(name, "'%s' must be an array.".formatted(name));
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      tools = true;
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

  /** A tool that is not the client's own function runs at the provider. */
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
      calls += most > 0 ? most : USUAL_CALLS;
    }
  }

  /** A field that has the provider search, unless it is off. */
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
      calls += most;
    }
  }

  /** OpenRouter's additions to what a model does. */
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
      calls += results;
    }
  }

  /** Where OpenRouter may take the answer from; who is dearer than the usual is not said. */
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

  /** A field that stands for something which the provider keeps, unless it is off. */
  public void elsewhere(String name) throws IOException {
    if (!isOff()) {
      prompt.unbounded(name);
    }
    json.skipChildren();
  }

  /** A field that nobody knows: what it holds may be shown to the model. */
  public void unknown() throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING, START_OBJECT, START_ARRAY -> {
        int from = Json.start(json);
        json.skipChildren();
        prompt.more(Json.end(json) - from);
      }
      default -> {}
    }
  }

  private boolean isOff() {
    return switch (json.currentToken()) {
      case VALUE_NULL, VALUE_FALSE -> true;
      default -> false;
    };
  }

  private long integer(String name, long least) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      var number = json.getBigIntegerValue();
      if (number.bitLength() < Integer.SIZE && number.longValueExact() >= least) {
        return number.longValueExact();
      }
    }
    throw notBetween(name, least, Integer.MAX_VALUE);
  }

  private static ApiException notBetween(String name, long least, long most) {
    return ApiException.badRequest(
        name, "'%s' must be an integer from %d to %d.".formatted(name, least, most));
  }
}
