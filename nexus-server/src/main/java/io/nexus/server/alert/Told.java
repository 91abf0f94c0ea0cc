package io.nexus.server.alert;

import io.nexus.control.budget.Cycle;

/** Remembers what was told of budgets, so that nothing is told twice in a cycle. */
@FunctionalInterface
public interface Told {

  /**
   * Whether nobody has sent this yet; the first to ask sends it.
   *
   * @param alert the alert's name
   * @param budget the budget's
   * @param cycle in which it is told once
   * @param what a threshold, or another matter
   */
  boolean first(String alert, String budget, Cycle cycle, String what);
}
