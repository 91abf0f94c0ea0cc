package io.nexus.server.events;

import java.util.Locale;

/** What events tell of. */
public enum EventKind {
  /** A setting or the configuration is another one: ask for it anew. */
  CHANGE,
  /** Figures of budgets, backends and requests that are others than a second ago. */
  SPEND,
  /** A backend came up or went down, or requests are kept from it. */
  BACKEND,
  /** A threshold of an alert was reached. */
  ALERT,
  /** Requests that came or ended. */
  REQUESTS;

  /** Its name in the stream. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
