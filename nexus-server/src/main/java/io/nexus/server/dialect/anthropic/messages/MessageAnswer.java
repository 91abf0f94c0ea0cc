package io.nexus.server.dialect.anthropic.messages;

import io.nexus.control.money.Money;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.usage.CostField;
import io.nexus.server.dialect.usage.UsagePlace;
import org.jspecify.annotations.Nullable;

/**
 * A message in one piece.
 *
 * @param usage the reported usage
 * @param isUsageLast whether it reports usage
 * @param usageAt the position of the usage; null if none
 * @param hitsLimit whether it ended at its output limit
 * @param error the error in it; null if none
 */
record MessageAnswer(
    ReportedUsage usage,
    boolean isUsageLast,
    @Nullable UsagePlace usageAt,
    boolean hitsLimit,
    @Nullable ProviderError error)
    implements Answer {

  /**
   * Parses an answer.
   *
   * @param mostCalls the most calls of tools at the provider
   * @param meter receives the generated text
   */
  static MessageAnswer read(byte[] body, long mostCalls, OutputMeter meter) {
    var reader = new EventReader(mostCalls, meter);
    reader.read(Json.utf8(body), 0, body.length, false);
    return new MessageAnswer(
        reader.usage(), reader.isUsageLast(), reader.usageAt(), reader.hitsLimit(), reader.error());
  }

  @Override
  public byte[] withCost(byte[] body, Money cost) {
    return usageAt == null ? body : CostField.in(body, 0, body.length, usageAt, cost);
  }
}
