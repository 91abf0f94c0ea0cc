package io.nexus.server.chat;

import io.nexus.config.BudgetErrorPolicy;

/**
 * What an operator has laid down for the way of a request.
 *
 * @param maxRequestBytes a longer body is refused
 * @param maxRetries so many further tries after a backend failed
 * @param onError what happens when the accounting itself fails
 */
public record FlowRules(long maxRequestBytes, int maxRetries, BudgetErrorPolicy onError) {}
