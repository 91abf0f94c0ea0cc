package io.nexus.config;

import io.nexus.config.KeyConfig.Allowance;
import java.util.List;
import java.util.Optional;

/**
 * One of {@code [[teams]]}, or a team that was made while gateways run: what holds for all keys of
 * a team together.
 *
 * @param name what keys name as their team; unique among the teams
 * @param allowance the budget that they share
 * @param limits what they may do in a while together, beside money
 * @param models what they may ask for, with {@code *} for any text; none for all
 * @param notes whatever people should know of it
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
