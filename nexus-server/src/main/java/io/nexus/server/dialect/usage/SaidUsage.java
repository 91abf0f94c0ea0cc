package io.nexus.server.dialect.usage;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Usage;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Collects the usage reported in one answer, in any place and any number of parts.
 *
 * <ul>
 *   <li>Usage in the known places counts. Usage in other places, which may be about something else,
 *       counts only if there is none in the known ones.
 *   <li>Numbers in each chunk are running totals, of which the greatest counts. If they do not grow
 *       while text does, each belongs to its own chunk, provided that their sum is nearer to the
 *       count.
 * </ul>
 *
 * Not for concurrent use.
 */
public final class SaidUsage {

  /** Fewer chunks may have equal numbers by chance, and cost little. */
  private static final int LEAST_STEPS = 8;

  private static final int LONGEST_TEXT = 4096;

  private final UsageReader known = new UsageReader();
  private @Nullable UsageReader elsewhere;

  // State of the current document.
  private long output;

  // State of all documents with both text and usage.
  private long steps;
  private long stepTokens;
  private long lastStep;
  private boolean growsNot;

  /** Begins another document. */
  public void begin() {
    output = 0;
  }

  /** Ends the document. */
  public void end(boolean hadText) {
    if (!hadText || output == 0) {
      return;
    }
    growsNot |= output <= lastStep;
    steps++;
    stepTokens += output;
    lastStep = output;
  }

  /** The usage reported so far, given the text generated so far. */
  public ReportedUsage reported(OutputMeter meter) {
    var reported = known.isEmpty() && elsewhere != null ? elsewhere.reported() : known.reported();
    var usage = reported.usage();
    if (!growsNot || !isOfEachStep(usage.outputTokens(), meter.tokens())) {
      return reported;
    }
    return reported.with(
        new Usage(
            usage.inputTokens(),
            usage.cachedInputTokens(),
            usage.cacheWriteTokens(),
            usage.audioInputTokens(),
            stepTokens,
            usage.reasoningTokens(),
            usage.audioOutputTokens(),
            usage.extras()));
  }

  /** Whether the sum is nearer to the count, by factor; a count may be off by one. */
  private boolean isOfEachStep(long greatest, long counted) {
    return steps >= LEAST_STEPS
        && stepTokens > greatest
        && (double) stepTokens * greatest < (double) counted * (double) counted;
  }

  /** Whether no usage was reported. */
  public boolean isEmpty() {
    return known.isEmpty() && (elsewhere == null || elsewhere.isEmpty());
  }

  /** The position of the cost in the last object in a known place. */
  public StatedCost cost() {
    return known.cost();
  }

  /** Reads the service tier; the parser stands at its value. */
  public void tier(ReusableJsonParser json) throws IOException {
    known.tier(json);
  }

  /**
   * Reads an object in a known place; the parser stands at it, and then at its end.
   *
   * @return as {@link UsageReader#read}
   */
  public boolean read(ReusableJsonParser json) throws IOException {
    boolean said = known.read(json);
    output = Math.max(output, known.outputRead());
    return said;
  }

  /**
   * Reads a value in a known place: an object, a list of objects, or an object written as a text.
   * The parser stands at it, and then at its end.
   *
   * @return as {@link UsageReader#read}
   */
  public boolean readInPlaceOfOne(ReusableJsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> read(json);
      case START_ARRAY -> {
        boolean said = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
          said |= readInPlaceOfOne(json);
        }
        yield said;
      }
      case VALUE_STRING ->
          json.getTextLength() <= LONGEST_TEXT && isReadFrom(json.getText().strip());
      default -> false;
    };
  }

  private boolean isReadFrom(String text) {
    if (!text.startsWith("{")) {
      return false;
    }
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    try (var inner = ReusableJsonParser.of(bytes, 0, bytes.length)) {
      inner.nextToken();
      return read(inner);
    } catch (IOException e) {
      return false; // Not usage: the count is charged.
    }
  }

  /** Reads an object in an unknown place; the parser stands at it. */
  public boolean readElsewhere(ReusableJsonParser json) throws IOException {
    return elsewhere().read(json);
  }

  /** Reads a number at the top of the document. */
  public boolean number(String name, ReusableJsonParser json) throws IOException {
    return elsewhere().number(name, json);
  }

  /** Searches an object for usage at any depth; the parser stands at it, and then at its end. */
  public boolean search(ReusableJsonParser json) throws IOException {
    boolean said = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean isUsage = isName(json.currentName());
      if (json.nextToken() == JsonToken.START_OBJECT) {
        said |= isUsage ? readElsewhere(json) : search(json);
      } else {
        json.skipChildren();
      }
    }
    return said;
  }

  /** Whether an object of this name holds usage. */
  public static boolean isName(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "usage",
          "usagemetadata",
          "usage_metadata",
          "usage_info",
          "token_usage",
          "tokenusage",
          "tokens_usage",
          "timings",
          "amazon-bedrock-invocationmetrics",
          "billed_units" ->
          true;
      default -> false;
    };
  }

  private UsageReader elsewhere() {
    if (elsewhere == null) {
      elsewhere = new UsageReader();
    }
    return elsewhere;
  }
}
