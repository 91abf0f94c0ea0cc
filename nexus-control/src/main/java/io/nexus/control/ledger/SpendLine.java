package io.nexus.control.ledger;

import io.nexus.control.money.Money;

/**
 * The spend of one group.
 *
 * @param group its name; empty if the records have no value
 * @param requests the number of attempts, without corrections
 * @param inputTokens all input
 * @param cachedInputTokens the cached part of it
 * @param outputTokens all output
 * @param reasoningTokens the reasoning part of it
 * @param cost their cost, corrections included
 */
public record SpendLine(
    String group,
    long requests,
    long inputTokens,
    long cachedInputTokens,
    long outputTokens,
    long reasoningTokens,
    Money cost) {

  /** The sum of both, under this one's name. */
  public SpendLine plus(SpendLine other) {
    return new SpendLine(
        group,
        requests + other.requests,
        inputTokens + other.inputTokens,
        cachedInputTokens + other.cachedInputTokens,
        outputTokens + other.outputTokens,
        reasoningTokens + other.reasoningTokens,
        cost.saturatedPlus(other.cost));
  }
}
