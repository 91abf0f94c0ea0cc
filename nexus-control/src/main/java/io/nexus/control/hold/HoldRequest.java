package io.nexus.control.hold;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;

/**
 * What money is wanted for: one attempt of a request at one candidate.
 *
 * @param id what the attempt is known by in the journal and in the ledger
 * @param caller who sends the request
 * @param candidate where it is to go, with the budgets that it belongs to there
 * @param needs what it asks for
 */
public record HoldRequest(RecordId id, Caller caller, Candidate candidate, Needs needs) {}
