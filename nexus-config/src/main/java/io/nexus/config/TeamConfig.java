package io.nexus.config;

import io.nexus.config.KeyConfig.Allowance;
import java.util.List;
import java.util.Optional;

/**
 * One of {@code [[teams]]}, or a team created at run time: rules for all keys of a team together.
 *
 * @param name unique among the teams
 * @param allowance the shared budget
 * @param limits the shared limits other than money
 * @param models the models that they may use, with {@code *} for any text; empty for all
 * @param notes free text for people
 */
public record TeamConfig(
    String name,
    Optional<Allowance> allowance,
    Optional<LimitConfig.Own> limits,
    List<String> models,
    Optional<String> notes) {

  /** Copies the list. */
  public TeamConfig {
    models = List.copyOf(models);
  }
}
