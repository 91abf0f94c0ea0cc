package io.nexus.control.money;

/**
 * What a request is expected to cost at one candidate, before it is sent.
 *
 * @param inputTokens expected tokens of the prompt
 * @param outputTokens expected tokens of the answer
 * @param expected the cost of those, rounded up to the nano-dollar
 * @param worstCase the most that the request can cost: the prompt's upper bound, and the largest
 *     answer that the request allows, in every choice
 * @param tier how the prompt's tokens were counted
 */
public record CostEstimate(
    long inputTokens, long outputTokens, Money expected, Money worstCase, TokenCountTier tier) {}
