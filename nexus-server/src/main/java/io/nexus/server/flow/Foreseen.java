package io.nexus.server.flow;

import io.nexus.control.hold.HoldSize;
import io.nexus.control.limit.LimitState;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.RoutingDecision;
import java.util.List;
import java.util.function.Function;

/**
 * What would become of a request that came now.
 *
 * @param decision where it would go
 * @param sizes what would be held for it at a candidate
 * @param limits how the limits stand that it belongs to at a candidate
 */
public record Foreseen(
    RoutingDecision decision,
    Function<Candidate, HoldSize> sizes,
    Function<Candidate, List<LimitState>> limits) {}
