package io.nexus.server.account;

import io.nexus.control.budget.Caller;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Candidate;

/**
 * One attempt at a backend that money is owed for, or that ended without.
 *
 * @param requestId what the client knows the request by
 * @param attempt 1 for the first
 * @param atMillis when it ended, in milliseconds of the epoch
 * @param caller who asked
 * @param candidate where it ran
 * @param usage the tokens to be paid
 * @param reported whether the backend reported them
 * @param cost what they cost
 * @param failed whether the backend did not come to the end of its answer
 * @param outcome how it ended, in one word
 */
public record Settlement(
    String requestId,
    int attempt,
    long atMillis,
    Caller caller,
    Candidate candidate,
    Usage usage,
    boolean reported,
    Money cost,
    boolean failed,
    String outcome) {}
