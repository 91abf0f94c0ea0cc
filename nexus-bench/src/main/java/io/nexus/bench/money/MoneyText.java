package io.nexus.bench.money;

import io.nexus.bench.TextTable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The results as people read them. */
final class MoneyText {

  private static final int DECIMALS = 6;

  private MoneyText() {}

  static String table(List<MoneyResult> results) {
    var table =
        new TextTable(
            12,
            "scenario",
            "sent",
            "served",
            "refused",
            "failed",
            "budget",
            "billed",
            "charged",
            "overspent",
            "falsely refused",
            "unbilled",
            "billed twice",
            "records lost",
            "");
    for (var result : results) {
      table.row(
          result.scenario(),
          Integer.toString(result.requests()),
          Integer.toString(result.served()),
          Integer.toString(result.refused()),
          Integer.toString(result.failed()),
          usd(result.budget()),
          usd(result.billed()),
          usd(result.charged()),
          usd(result.overspent()),
          usd(result.falselyRefused()),
          usd(result.unbilled()),
          usd(result.billedTwice()),
          usd(result.recordsLost()),
          result.description() + (result.measured() ? "" : ": not measured, nothing billed"));
    }
    return table.text();
  }

  /** Commands that reproduce a result that is not clean. */
  static String commands(MoneyResult result) {
    return result.scenario()
        + ", again by hand:\n  "
        + String.join("\n  ", result.commands())
        + "\n";
  }

  private static String usd(@Nullable BigDecimal amount) {
    if (amount == null) {
      return "not known";
    }
    return amount.signum() == 0
        ? "0"
        : "$" + amount.setScale(DECIMALS, RoundingMode.UP).toPlainString();
  }
}
