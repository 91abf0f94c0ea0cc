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
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what bounds a request's cost besides its prompt: number and length of answers, the
 * provider's own tools, other models and tiers. For one request.
 */
public class BoundParts {

  /** The assumed number of calls of a provider's tool without a stated limit. */
  public static final long USUAL_CALLS = 10;

  private static final int MAX_CHOICES = 128;

  private static final long NO_LIMIT = -1;

  private static final BigDecimal MOST = BigDecimal.valueOf(Integer.MAX_VALUE);

  /** The largest number of answers; no server accepts more. */
  private static final int MAX_ANSWERS = 1 << 20;

  /** The parser of the body, shared with the API's reader. */
  protected final JsonParser json;

  /** The input of the same body. */
  protected final PromptParts prompt;

  private final List<ServiceTier> tiers = new ArrayList<>(1);
  private final List<String> models = new ArrayList<>(1);
  private long maxOutput;
  private long leastOutput;
  private long choices = 1;
  private long moreOutput;
  private long calls;
  private long mostCalls = Long.MAX_VALUE;
  private boolean unlimited;
  private boolean tools;
  private boolean thinking;

  /** Starts empty. */
  public BoundParts(JsonParser json, PromptParts prompt) {
    this.json = json;
    this.prompt = prompt;
  }

  /** Notes tools, the client's or the provider's. */
  public void hasTools() {
    tools = true;
  }

  /** Notes that the request sets the amount of reasoning. */
  public void thinks() {
    thinking = true;
  }

  /** Adds possible calls of the provider's own tools. */
  public void calls(long most) {
    calls += most;
  }

  /** Adds tokens that may be billed as output beyond the limit. */
  public void moreOutput(long tokens) {
    moreOutput += tokens;
  }

  /** The bound. */
  public Bound read(TokenKinds kinds) {
    return new Bound(
        unlimited ? 0 : maxOutput,
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

  /**
   * Reads the output limit. Servers of local models take -1 for no limit: then there is none,
   * whatever another field says.
   */
  public Span limit(String name) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NULL) {
      if (whole() == NO_LIMIT) {
        unlimited = true;
      } else {
        maxOutput = Math.max(maxOutput, integer(name, 1));
      }
    }
    return new Span(Json.start(json), Json.end(json));
  }

  /** Sets the output below which an answer is useless. */
  public void leastOutput(long tokens) {
    leastOutput = tokens;
  }

  /** Reads the number of answers generated, discarded ones included. */
  public void choices(String name) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NULL) {
      long count = integer(name, 1);
      if (count > MAX_CHOICES) {
        throw notBetween(name, 1, MAX_CHOICES);
      }
      choices = Math.max(choices, count);
    }
  }

  /** Multiplies the answers by the number of prompts. */
  public void answersEach(int prompts) {
    choices = Math.min(choices * prompts, MAX_ANSWERS);
  }

  /** Reads the limit of calls of all tools together. */
  public void mostCalls(String name) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NULL) {
      mostCalls = integer(name, 0);
    }
  }

  /** The service tier that the field names. */
  public void tier() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      var name = json.getText();
      // An automatic tier depends on the provider's settings.
      var tier = name.equals("auto") ? ServiceTier.PRIORITY : ServiceTier.of(name);
      if (!tier.isStandard()) {
        tiers.add(tier);
      }
    }
    json.skipChildren();
  }

  /** Reads a field that sets the amount of reasoning. */
  public void thinking() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      thinking |= !json.getText().equals("none");
    } else {
      thinking |= !isOff();
    }
    json.skipChildren();
  }

  /** Adds a model that the provider may choose. */
  public void alsoModel(String name) {
    models.add(name);
  }

  /** Reads models that the provider may choose. */
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

  /** Reads a field that refers to something stored at the provider, unless it is off. */
  public void elsewhere(String name) throws IOException {
    if (!isOff()) {
      prompt.unbounded(name);
    }
    json.skipChildren();
  }

  /** Reads an unknown field, whose content the model may see. */
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

  /** Whether the current value means off. */
  protected final boolean isOff() {
    return switch (json.currentToken()) {
      case VALUE_NULL, VALUE_FALSE -> true;
      default -> false;
    };
  }

  /**
   * Reads the current value as an integer, which may be written like {@code 100.0} or {@code 1e2}.
   *
   * @throws ApiException with status 400 if there is none, or one that is too small or too large
   */
  public final long integer(String name, long least) throws IOException {
    long number = whole();
    if (number < least) {
      throw notBetween(name, least, Integer.MAX_VALUE);
    }
    return number;
  }

  /** The current value as an integer; {@link Long#MIN_VALUE} if it is none, or too large. */
  private long whole() throws IOException {
    if (!json.currentToken().isNumeric()) {
      return Long.MIN_VALUE;
    }
    try {
      var number = json.getDecimalValue();
      // Compared first: the digits of 1e999999999 would fill the memory.
      return number.abs().compareTo(MOST) <= 0 && number.stripTrailingZeros().scale() <= 0
          ? number.longValueExact()
          : Long.MIN_VALUE;
    } catch (NumberFormatException e) {
      return Long.MIN_VALUE; // an exponent beyond all bounds
    }
  }

  private static ApiException notBetween(String name, long least, long most) {
    return ApiException.badRequest(
        name, "'%s' must be an integer from %d to %d.".formatted(name, least, most));
  }
}
