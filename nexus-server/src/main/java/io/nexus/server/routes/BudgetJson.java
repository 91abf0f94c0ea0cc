package io.nexus.server.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.budget.BudgetState;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A budget's figures as JSON, amounts in US dollars. */
public final class BudgetJson {

  private BudgetJson() {}

  /** Writes the figures as fields of the open object. */
  public static void figures(JsonGenerator json, BudgetState state) throws IOException {
    json.writeStringField("name", state.terms().name());
    json.writeStringField("status", state.status().label());
    json.writeNumberField("limit", state.limit().toUsd());
    json.writeNumberField("spent", state.spent().toUsd());
    json.writeNumberField("held", state.held().toUsd());
    json.writeNumberField("remaining", state.remaining().toUsd());
    json.writeNumberField("utilization_percent", percent(state));
    json.writeStringField("cycle_start", state.cycle().start().toString());
    json.writeStringField("resets_at", resetsAt(state));
  }

  /** The share of the limit that is spent, in percent. */
  public static BigDecimal percent(BudgetState state) {
    return BigDecimal.valueOf(state.spentBasisPoints(), 2);
  }

  /** When the next cycle begins; null if none does. */
  public static @Nullable String resetsAt(BudgetState state) {
    var end = state.cycle().end();
    return end.equals(Instant.MAX) ? null : end.toString();
  }
}
