package io.nexus.server.alert;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The sources of alerts other than budgets.
 *
 * @param node this gateway's node name
 * @param backends whether each backend receives requests, by name
 * @param ledger whether it answers
 * @param unpriced the number of requests for each model of unknown price
 * @param unknownOutcomes the number of requests sent and never answered
 */
public record AlertSources(
    String node,
    Supplier<Map<String, Boolean>> backends,
    BooleanSupplier ledger,
    Supplier<Map<String, Long>> unpriced,
    LongSupplier unknownOutcomes) {}
