package io.nexus.config;

import java.util.List;
import java.util.Set;

/** The result of reading a configuration. */
public sealed interface ConfigResult {

  /**
   * The configuration is valid.
   *
   * @param config the effective values
   * @param notices notices for the operator, one line each, such as older spellings
   * @param explicit the paths of tables and keys that the file or the environment gives, without
   *     positions in lists: {@code budget}, {@code budget.monthly_limit}, {@code budgets.window}
   */
  record Loaded(NexusConfig config, List<String> notices, Set<String> explicit)
      implements ConfigResult {
    /** Copies the collections. */
    public Loaded {
      notices = List.copyOf(notices);
      explicit = Set.copyOf(explicit);
    }
  }

  /**
   * The configuration is not valid.
   *
   * @param problems every mistake, in the order of the file; at least one
   */
  record Invalid(List<ConfigProblem> problems) implements ConfigResult {
    /** Copies the list. */
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
