package io.nexus.server.flow;

import io.nexus.control.hold.HoldSize;
import io.nexus.control.limit.LimitState;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.RoutingDecision;
import java.util.List;
import java.util.function.Function;

/**
 * The decision on a request that arrived now.
 *
 * @param decision the routing decision
 * @param sizes the size of the hold at a candidate
 * @param limits the state of its limits at a candidate
 */
public record Foreseen(
    RoutingDecision decision,
    Function<Candidate, HoldSize> sizes,
    Function<Candidate, List<LimitState>> limits) {}
