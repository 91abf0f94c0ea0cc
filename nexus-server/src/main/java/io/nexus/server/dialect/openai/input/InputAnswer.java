package io.nexus.server.dialect.openai.input;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Money;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.ReusableJsonParser;
import io.nexus.server.dialect.usage.CostField;
import io.nexus.server.dialect.usage.ErrorReader;
import io.nexus.server.dialect.usage.UsagePlace;
import io.nexus.server.dialect.usage.UsageReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An answer without generated text: vectors, or a moderation result.
 *
 * @param usage the reported usage
 * @param isUsageLast whether it reports usage
 * @param usageAt the position of the usage; null if none
 * @param error the error in it; null if none
 */
record InputAnswer(
    ReportedUsage usage,
    boolean isUsageLast,
    @Nullable UsagePlace usageAt,
    @Nullable ProviderError error)
    implements Answer {

  /** Parses an answer. Anything but JSON reports no usage. */
  static InputAnswer read(byte[] body) {
    var usage = new UsageReader();
    var errors = new ErrorReader();
    errors.begin();
    UsagePlace place = null;
    boolean hasResult = false;
    int offset = Json.afterMark(body, 0, body.length);
    try (var json = ReusableJsonParser.of(body, offset, body.length)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          var name = json.currentName();
          var value = json.nextToken();
          switch (name) {
            case "data", "embeddings", "embedding", "results" -> {
              hasResult |= value == JsonToken.START_ARRAY;
              json.skipChildren();
            }
            case "usage", "meta" -> {
              if (value == JsonToken.START_OBJECT) {
                var _ = usage.read(json);
                place = name.equals("usage") ? place(usage, json, offset) : place;
              } else {
                json.skipChildren();
              }
            }
            default -> errors.field(name, json);
          }
        }
      }
    } catch (IOException e) {
      // The part read so far counts.
    }
    return new InputAnswer(usage.reported(), !usage.isEmpty(), place, errors.found(hasResult));
  }

  private static UsagePlace place(UsageReader usage, ReusableJsonParser json, int offset) {
    var cost = usage.cost();
    boolean inText = cost.stands() && !cost.isObject();
    return new UsagePlace(
        offset + json.bytesRead() - 1,
        inText ? offset + cost.from() : 0,
        inText ? offset + cost.to() : 0,
        cost.stands());
  }

  @Override
  public boolean hitsLimit() {
    return false;
  }

  @Override
  public byte[] withCost(byte[] body, Money cost) {
    return usageAt == null ? body : CostField.in(body, 0, body.length, usageAt, cost);
  }
}
