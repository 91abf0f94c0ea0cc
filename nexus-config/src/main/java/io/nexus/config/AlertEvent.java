package io.nexus.config;

import java.util.Locale;

/** The events that an alert can report. */
public enum AlertEvent {
  /** The spend of a budget has reached a threshold. */
  THRESHOLD,
  /** A budget has begun to refuse. */
  REFUSED,
  /** A backend that was up receives no more requests. */
  BACKEND_DOWN,
  /** The ledger does not answer. */
  LEDGER_AWAY,
  /** A request was for a model whose price is not known. */
  UNPRICED,
  /** A request was sent and never answered, so its cost is unknown. */
  UNKNOWN_OUTCOME;

  /** The event as the configuration spells it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
