package io.nexus.server.alert;

import io.nexus.control.budget.Cycle;

/** Remembers the notices sent, so that none is sent twice in a cycle. */
@FunctionalInterface
public interface SentNotices {

  /**
   * Claims a notice: true for the first caller, who sends it.
   *
   * @param alert the alert's name
   * @param about the budget's name, or another subject that cannot be a budget's name
   * @param cycle the cycle, in which it is sent once
   * @param what a threshold, or another event
   */
  boolean first(String alert, String about, Cycle cycle, String what);
}
