package io.nexus.config;

import java.util.Locale;

/** What an administrator may do. */
public enum Role {
  /** Everything. */
  ADMIN,
  /** Read everything, change nothing. */
  VIEWER,
  /** Create and change keys and budgets of one team. */
  TEAM_ADMIN;

  /** Its name in the configuration. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
