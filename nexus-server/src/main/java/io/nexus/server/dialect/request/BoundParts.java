package io.nexus.server.dialect.request;

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
 * What else of a request costs money, as an API's own reader finds it: how many answers and how
 * long, tools that run at the provider, other models and tiers that it may choose. One of it serves
 * one request.
 */
public class BoundParts {

  /**
   * So often a tool that runs at the provider is taken to be called where the request does not say.
   */
  public static final long USUAL_CALLS = 10;

  private static final int MAX_CHOICES = 128;

  /** No server takes as many prompts at once. */
  private static final int MAX_ANSWERS = 1 << 20;

  /** Reads the body; it stands where the API's reader has it stand. */
  protected final JsonParser json;

  /** What of the same body is input. */
  protected final PromptParts prompt;

  private final List<ServiceTier> tiers = new ArrayList<>(1);
  private final List<String> models = new ArrayList<>(1);
  private long maxOutput;
  private long leastOutput;
  private long choices = 1;
  private long moreOutput;
  private long calls;
  private long mostCalls = Long.MAX_VALUE;
  private boolean tools;
  private boolean thinking;

  /** Nothing yet of the body that the parser reads. */
  public BoundParts(JsonParser json, PromptParts prompt) {
    this.json = json;
    this.prompt = prompt;
  }

  /** There are tools, the client's or the provider's. */
  public void hasTools() {
    tools = true;
  }

  /** It says how much the model is to think. */
  public void thinks() {
    thinking = true;
  }

  /** The provider may call its own tools so often. */
  public void calls(long most) {
    calls += most;
  }

  /** So many tokens may be billed as output beyond the longest answer. */
  public void moreOutput(long tokens) {
    moreOutput += tokens;
  }

  /** All of it. */
  public Bound read(TokenKinds kinds) {
    return new Bound(
        maxOutput,
        leastOutput,
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

  /** So many tokens of an answer are not worth paying for without more. */
  public void leastOutput(long tokens) {
    leastOutput = tokens;
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

  /** The service tier that the field names. */
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

  /** A further model that may be used. */
  public void alsoModel(String name) {
    models.add(name);
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

  /** Whether the value where the parser stands says no. */
  protected final boolean isOff() {
    return switch (json.currentToken()) {
      case VALUE_NULL, VALUE_FALSE -> true;
      default -> false;
    };
  }

  /**
   * The integer where the parser stands.
   *
   * @throws ApiException with status 400 if there is none, or one that is too small or too large
   */
  public final long integer(String name, long least) throws IOException {
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
