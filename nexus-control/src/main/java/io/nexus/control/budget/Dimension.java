package io.nexus.control.budget;

import java.util.Locale;

/** What a budget can be limited to. */
public enum Dimension {
  /** The name of the client's key. */
  KEY,
  /** The team that the key belongs to. */
  TEAM,
  /** The {@code user} that the request names. */
  USER,
  /** The session that the request says it belongs to. */
  SESSION,
  /** One of the tags of the key or of the request. */
  TAG,
  /** The model that runs; the budget gives a glob, where {@code *} is any text. */
  MODEL,
  /** The provider that bills. */
  PROVIDER,
  /** The backend's name. */
  BACKEND;

  /** As the configuration spells it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is known from the request alone, before a backend is chosen. */
  boolean ofCaller() {
    return compareTo(MODEL) < 0;
  }
}
