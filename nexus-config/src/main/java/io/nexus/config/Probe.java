package io.nexus.config;

import java.util.Locale;

/** How the gateway finds out whether a backend is up. Nothing of it costs money. */
public enum Probe {
  /** It is asked for its models from time to time. */
  MODELS,
  /** By how it answers the requests of clients. */
  CHAT,
  /** Not at all. */
  NONE;

  /** The probe as the configuration spells it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
