package io.nexus.config;

import java.util.Locale;

/** What an administrator may do. */
public enum Role {
  /** Everything. */
  ADMIN,
  /** Look at everything, and change nothing. */
  VIEWER,
  /** Make and change keys and budgets inside one team. */
  TEAM_ADMIN;

  /** Its name in the configuration. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
