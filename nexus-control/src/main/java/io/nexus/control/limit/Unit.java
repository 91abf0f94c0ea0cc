package io.nexus.control.limit;

import java.util.Locale;

/** What a limit counts. */
public enum Unit {
  /** Requests that a backend has answered. */
  REQUESTS,
  /**
   * Input and output tokens: a request holds the most that it can use, and settles what it has
   * used.
   */
  TOKENS,
  /** Requests that run at the same time; a request's end frees its unit. */
  PARALLEL;

  private static final char SEPARATOR = ':';

  /** Its name, as the configuration and the metrics spell it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of a limit's account of this unit; no budget can have such a name. */
  String account(String limit) {
    return label() + SEPARATOR + limit;
  }

  /** The name of the limit whose account that is. */
  static String limitOf(String account) {
    return account.substring(account.indexOf(SEPARATOR) + 1);
  }
}
