package io.nexus.server.events;

import java.util.Locale;

/** The kinds of events. */
public enum EventKind {
  /** A setting or the configuration has changed; listeners should fetch it. */
  CHANGE,
  /** Figures of budgets, backends and requests that changed in the last second. */
  SPEND,
  /** A backend came up, went down or was drained. */
  BACKEND,
  /** A threshold of an alert was reached. */
  ALERT,
  /** Requests that arrived or ended. */
  REQUESTS;

  /** Its name in the stream. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
