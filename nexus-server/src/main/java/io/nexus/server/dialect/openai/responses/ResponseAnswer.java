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
 * A response that came in one piece.
 *
 * @param usage what it says that it used
 * @param isUsageLast whether it says anything of that
 * @param usageAt where that stands; null if it does not
 * @param hitsLimit whether it ended at its greatest length
 * @param error the error that it is; null if it is none
 * @param made what it leaves at the backend
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
   * Reads one.
   *
   * @param meter is given what was generated
   * @param wishes what the request wanted
   */
  static ResponseAnswer read(byte[] body, OutputMeter meter, Wishes wishes) {
    var reader = new ResponseReader(meter, wishes.search());
    int from = Json.afterMark(body, 0, body.length);
    var _ = reader.read(Json.utf8(body), from, body.length, true);
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
