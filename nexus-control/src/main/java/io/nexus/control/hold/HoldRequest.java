package io.nexus.control.hold;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;

/**
 * A request for money: one attempt of a request at one candidate.
 *
 * @param id the attempt's id in the journal and in the ledger
 * @param caller who sends the request
 * @param candidate the candidate, with the budgets that the request belongs to there
 * @param needs what the request asks for
 */
public record HoldRequest(RecordId id, Caller caller, Candidate candidate, Needs needs) {}
