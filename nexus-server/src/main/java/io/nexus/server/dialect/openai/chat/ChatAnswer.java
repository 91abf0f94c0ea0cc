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
 * A completion that came in one piece.
 *
 * @param usage the reported usage
 * @param isUsageLast whether it says anything of that
 * @param usageAt where that stands; null if it does not
 * @param hitsLimit whether it ended at its greatest length
 * @param error the error that it is; null if it is none
 */
record ChatAnswer(
    ReportedUsage usage,
    boolean isUsageLast,
    @Nullable UsagePlace usageAt,
    boolean hitsLimit,
    @Nullable ProviderError error)
    implements Answer {

  /**
   * Reads one.
   *
   * @param meter is given what was generated
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
