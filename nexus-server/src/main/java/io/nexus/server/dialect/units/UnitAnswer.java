package io.nexus.server.dialect.units;

import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.UnitsUsed;
import io.nexus.server.dialect.usage.CostField;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer in one piece: JSON, text, or audio.
 *
 * @param report its report, if it is JSON
 * @param usage the reported usage
 * @param units the reported units and those it shows
 */
record UnitAnswer(UnitReport report, ReportedUsage usage, UnitsUsed units) implements Answer {

  static UnitAnswer read(byte[] body, UnitReading reading) {
    var report = UnitReport.read(body, 0, body.length);
    return new UnitAnswer(
        report,
        report.usage().reported(),
        new UnitsUsed(said(report, reading), reading.counted(body, report)));
  }

  /** The reported usage; units that the model has a price for take precedence. */
  static List<Usage> said(UnitReport report, UnitReading reading) {
    var said = new ArrayList<Usage>(reading.reported(report));
    var tokens = report.usage().reported().usage();
    if (tokens.inputTokens() > 0 || tokens.outputTokens() > 0) {
      said.add(reading.tokens(tokens));
    }
    return said;
  }

  @Override
  public boolean isUsageLast() {
    return false;
  }

  @Override
  public boolean hitsLimit() {
    return false;
  }

  @Override
  public @Nullable ProviderError error() {
    return report.error();
  }

  @Override
  public byte[] withCost(byte[] body, Money cost) {
    var place = report.place();
    return place == null ? body : CostField.in(body, 0, body.length, place, cost);
  }
}
