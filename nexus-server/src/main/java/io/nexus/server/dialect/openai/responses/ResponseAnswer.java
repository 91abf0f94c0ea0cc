package io.nexus.server.dialect.openai.responses;

import io.nexus.control.money.Money;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Made;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.usage.CostField;
import io.nexus.server.dialect.usage.UsagePlace;
import org.jspecify.annotations.Nullable;

/**
 * A response in one piece.
 *
 * @param usage the reported usage
 * @param isUsageLast whether it reports usage
 * @param usageAt the position of the usage; null if none
 * @param hitsLimit whether it ended at its output limit
 * @param error the error in it; null if none
 * @param made what the backend stores of it
 */
record ResponseAnswer(
    ReportedUsage usage,
    boolean isUsageLast,
    @Nullable UsagePlace usageAt,
    boolean hitsLimit,
    @Nullable ProviderError error,
    Made made)
    implements Answer {

  /**
   * Parses an answer.
   *
   * @param meter receives the generated text
   * @param wishes the options of the request
   */
  static ResponseAnswer read(byte[] body, OutputMeter meter, Wishes wishes) {
    var reader = new ResponseReader(meter, wishes.search());
    int from = Json.afterMark(body, 0, body.length);
    var _ = reader.read(Json.utf8(body), from, body.length, true);
    reader.noteFinish();
    return new ResponseAnswer(
        reader.usage(),
        reader.hasUsage(),
        reader.place(),
        reader.hitsLimit(),
        reader.error(),
        reader.made(wishes));
  }

  @Override
  public byte[] withCost(byte[] body, Money cost) {
    return usageAt == null ? body : CostField.in(body, 0, body.length, usageAt, cost);
  }
}
