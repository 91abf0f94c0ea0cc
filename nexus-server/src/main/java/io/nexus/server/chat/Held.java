package io.nexus.server.chat;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.RoutingIntent;

/**
 * A candidate with the money for it in hand.
 *
 * @param candidate the candidate
 * @param claim what is held
 * @param hold the hold, to be ended by whoever has this
 * @param intent what happened to the other candidates
 * @param plan the plan that it is of, for when it fails
 */
record Held(
    Candidate candidate, Claim.Taken claim, BudgetHold hold, RoutingIntent intent, Plan plan) {}
