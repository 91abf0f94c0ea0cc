package io.nexus.control.limit;

import java.util.Locale;

/** What a limit counts. */
public enum Unit {
  /** Requests that a backend has answered. */
  REQUESTS,
  /** Tokens in and out: held by the most that a request can use, settled by what it has used. */
  TOKENS,
  /** Requests that run at once: nothing is used up. */
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
