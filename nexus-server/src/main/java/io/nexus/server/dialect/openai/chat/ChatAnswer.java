package io.nexus.server.dialect.openai.chat;

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
 * A completion in one piece.
 *
 * @param usage the reported usage
 * @param isUsageLast whether it reports usage
 * @param usageAt the position of the usage; null if none
 * @param hitsLimit whether it ended at its output limit
 * @param error the error in it; null if none
 */
record ChatAnswer(
    ReportedUsage usage,
    boolean isUsageLast,
    @Nullable UsagePlace usageAt,
    boolean hitsLimit,
    @Nullable ProviderError error)
    implements Answer {

  /**
   * Parses an answer.
   *
   * @param meter receives the generated text
   */
  static ChatAnswer read(byte[] body, OutputMeter meter) {
    var reader = new ChunkReader(meter);
    var chunk = reader.read(Json.utf8(body), 0, body.length, false);
    return new ChatAnswer(
        reader.usage(), reader.isUsageLast(), chunk.usage(), reader.hitsLimit(), chunk.error());
  }

  @Override
  public byte[] withCost(byte[] body, Money cost) {
    return usageAt == null ? body : CostField.in(body, 0, body.length, usageAt, cost);
  }
}
