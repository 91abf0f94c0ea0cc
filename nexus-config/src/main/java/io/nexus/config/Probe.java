package io.nexus.config;

import java.util.Locale;

/** How the gateway checks whether a backend is up. No probe costs money. */
public enum Probe {
  /** Periodic requests for its model list. */
  MODELS,
  /** The results of clients' requests. */
  CHAT,
  /** No check. */
  NONE;

  /** The probe as the configuration spells it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
