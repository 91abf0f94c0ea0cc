package io.nexus.server.alert;

import io.nexus.control.budget.BudgetState;
import java.time.Instant;
import java.util.Optional;

/**
 * What is told when a budget's spend has reached a threshold.
 *
 * @param id the same for the same alert, budget, cycle and threshold, so that a receiver can tell a
 *     message that comes twice
 * @param alert the name of the alert
 * @param threshold the percentage of the limit that has been reached
 * @param state the budget's figures
 * @param at when it was seen
 * @param exhaustedAt when the budget will be spent if the cycle goes on as it has so far; empty if
 *     the cycle ends before
 */
record AlertMessage(
    String id,
    String alert,
    int threshold,
    BudgetState state,
    Instant at,
    Optional<Instant> exhaustedAt) {}
