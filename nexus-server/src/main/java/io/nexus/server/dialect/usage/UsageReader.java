package io.nexus.server.dialect.usage;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Money;
import io.nexus.control.money.ServiceTier;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.ReusableJsonParser;
import io.nexus.server.dialect.usage.UsageKind.Side;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code usage} objects of one answer by the meaning of their fields, in OpenAI's and
 * other providers' names, at any depth. Of several values of the same kind the greatest counts, so
 * that an object of zeros or without details takes nothing back. One reader serves one answer.
 */
public final class UsageReader {

  private static final int LONGEST_NUMBER = 40;
  private static final int LONGEST_TIER = 64;
  private static final int LONGEST_MODEL = 256;

  /** What a request says that leaves the tier open. An answer that repeats it names none. */
  private static final String OPEN_TIER = "auto";

  /** The most zeros on either side of a number. More mean nothing, and are slow to compute with. */
  private static final int MOST_DECIMALS = 400;

  private final UsageSums sums = new UsageSums();
  private final ToolFees fees = new ToolFees();
  private final StatedCost cost = new StatedCost();
  private ServiceTier tier = ServiceTier.STANDARD;
  private @Nullable UsageSums billed;
  private List<ReportedUsage.Part> parts = List.of();
  private String model = "";
  private boolean saysTier;
  private boolean saysOutput;
  private boolean saysCache;
  private long promptRead;
  private long outputRead;

  /** The usage of all objects so far. */
  public ReportedUsage reported() {
    var said = billed == null ? sums : billed;
    return new ReportedUsage(
        fees.with(said.usage()), cost.money(), saysTier ? tier : null, parts, said.isUndivided());
  }

  /** Whether no usage was reported. */
  public boolean isEmpty() {
    return sums.isEmpty() && billed == null && cost.money() == null;
  }

  /** The position of the cost in the last object. */
  public StatedCost cost() {
    return cost;
  }

  /** Reads the service tier; the parser stands at its value. */
  public void tier(ReusableJsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() <= LONGEST_TIER) {
      var name = json.getText();
      var named = ServiceTier.of(name);
      tier = named.isStandard() ? tier : named;
      saysTier |= !name.isBlank() && !name.equals(OPEN_TIER);
    }
    json.skipChildren();
  }

  /**
   * Reads the object that begins at the current token; the parser then stands at its end.
   *
   * @return whether it reports output, and no less than earlier objects
   */
  public boolean read(ReusableJsonParser json) throws IOException {
    cost.begin();
    saysOutput = false;
    outputRead = 0;
    promptRead = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      var value = json.nextToken();
      switch (name) {
        case "cost", "total_cost", "cost_in_usd_ticks", "cost_details", "is_byok" ->
            cost.read(name, json);
        case "service_tier",
            "serviceTier",
            "trafficType",
            "traffic_type",
            "speed",
            "inference_geo" ->
            tier(json);
        case "server_tool_use" -> fees.read(json);
        case "billed_units" -> billed(json);
        case "iterations" -> iterations(json);
        case "model" -> model(json);
        case "prompt_n" -> {
          promptRead = tokens(json);
          json.skipChildren();
        }
        case "cache_n" -> {
          saysCache = true;
          field(json, Side.NONE, name, value);
        }
        default -> field(json, Side.NONE, name, value);
      }
    }
    timings();
    return saysOutput;
  }

  /** The output reported by the last object. */
  long outputRead() {
    return outputRead;
  }

  /**
   * Reads a number among the other fields of an answer.
   *
   * @return as {@link #read}
   */
  boolean number(String name, ReusableJsonParser json) throws IOException {
    saysOutput = false;
    field(json, Side.NONE, name, json.currentToken());
    return saysOutput;
  }

  private void field(ReusableJsonParser json, Side side, String name, JsonToken value)
      throws IOException {
    switch (value) {
      case START_OBJECT -> details(json, side.of(name));
      case START_ARRAY -> modalities(json, side.of(name));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> {
        var kind = UsageKind.of(side, name);
        if (kind != UsageKind.OTHER) {
          long tokens = tokens(json);
          boolean greatest = sums.note(kind, tokens);
          saysOutput |= greatest && kind.isOutput();
          outputRead = kind == UsageKind.OUTPUT ? Math.max(outputRead, tokens) : outputRead;
        }
      }
      default -> {}
    }
  }

  /**
   * Reads Anthropic's list of the usage of several turns. The numbers beside the list leave out a
   * summary of the prompt; the list names other models that advised or answered.
   */
  private void iterations(ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    var all = new UsageSums();
    var named = new ArrayList<ReportedUsage.Part>(0);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.START_OBJECT) {
        var one = new UsageReader();
        var _ = one.read(json);
        all.add(one.sums);
        if (!one.model.isEmpty()) {
          named.add(new ReportedUsage.Part(one.model, one.sums.usage()));
        }
      } else {
        json.skipChildren();
      }
    }
    sums.note(all);
    parts = named.isEmpty() ? parts : List.copyOf(named);
  }

  /** Reads Cohere's billed tokens, which are a part of all tokens. */
  private void billed(ReusableJsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      var part = new UsageReader();
      saysOutput |= part.read(json);
      billed = part.sums.isEmpty() ? billed : part.sums;
    }
    json.skipChildren();
  }

  /**
   * Notes the tokens of the prompt that llama.cpp read besides those in its cache. Older versions
   * do not report the cached ones, so the size of the prompt is unknown.
   *
   * @see <a href="https://github.com/ggml-org/llama.cpp/pull/15827">Timings</a>
   */
  private void timings() {
    if (saysCache) {
      sums.note(UsageKind.CACHE_MISS, promptRead);
    }
  }

  private void model(ReusableJsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() <= LONGEST_MODEL) {
      model = json.getText();
    }
    json.skipChildren();
  }

  private void details(ReusableJsonParser json, Side side) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      field(json, side, name, json.nextToken());
    }
  }

  /** Reads Gemini's lists of {@code {"modality":"AUDIO","tokenCount":5}}. */
  private void modalities(ReusableJsonParser json, Side side) throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        json.skipChildren();
        continue;
      }
      var modality = "";
      long count = 0;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        if (name.equals("modality")) {
          modality = json.getValueAsString("");
        } else if (name.equals("tokenCount") || name.equals("token_count")) {
          count = tokens(json);
        }
        json.skipChildren();
      }
      var kind = UsageKind.ofModality(side, modality);
      if (kind != UsageKind.OTHER) {
        sums.note(kind, count);
      }
    }
  }

  /** A number of tokens or calls, read leniently; 0 if it is none. */
  static long tokens(ReusableJsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= 18) {
      return Math.max(0, json.getLongValue());
    }
    var number = number(json);
    if (number == null || number.signum() <= 0) {
      return 0;
    }
    return number.compareTo(BigDecimal.valueOf(UsageSums.MOST_TOKENS)) >= 0
        ? UsageSums.MOST_TOKENS
        : number.setScale(0, RoundingMode.HALF_UP).longValue();
  }

  /** The current number, as a number or as text; null if it is none. */
  static @Nullable BigDecimal number(ReusableJsonParser json) throws IOException {
    boolean isNumber =
        switch (json.currentToken()) {
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> !json.isNaN();
          case VALUE_STRING -> json.getTextLength() <= LONGEST_NUMBER;
          default -> false;
        };
    if (!isNumber) {
      return null;
    }
    try {
      var number = new BigDecimal(json.getText().strip());
      return Math.abs(number.scale()) > MOST_DECIMALS ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** An amount in USD: any negative one as less than zero, a huge one as the maximum. */
  static Money money(BigDecimal usd) {
    if (usd.signum() < 0) {
      return new Money(-1);
    }
    try {
      return Money.usdRoundedUp(usd);
    } catch (IllegalArgumentException e) {
      return Money.MOST;
    }
  }
}
