package io.nexus.server.alert;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What alerts look at beside budgets.
 *
 * @param node the name of this gateway, who sees it
 * @param backends which of them get requests, by name
 * @param ledger whether it answers
 * @param unpriced how many requests there were for each model whose price is not known
 * @param unknownOutcomes how many were sent and never answered
 */
public record AlertSources(
    String node,
    Supplier<Map<String, Boolean>> backends,
    BooleanSupplier ledger,
    Supplier<Map<String, Long>> unpriced,
    LongSupplier unknownOutcomes) {}
