package io.nexus.server.alert;

import io.nexus.control.budget.Cycle;

/** Remembers what was told, so that nothing is told twice in a cycle. */
@FunctionalInterface
public interface Told {

  /**
   * Whether nobody has sent this yet; the first to ask sends it.
   *
   * @param alert the alert's name
   * @param about the budget's name, or another that no budget can have
   * @param cycle in which it is told once
   * @param what a threshold, or another matter
   */
  boolean first(String alert, String about, Cycle cycle, String what);
}
