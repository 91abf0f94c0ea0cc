package io.nexus.server.alert;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What alerts look at beside budgets.
 *
 * @param backends which of them get requests, by name
 * @param ledger whether it answers
 * @param unpriced how many requests there were for models whose price is not known
 * @param unknownOutcomes how many were sent and never answered
 */
public record AlertSources(
    Supplier<Map<String, Boolean>> backends,
    BooleanSupplier ledger,
    LongSupplier unpriced,
    LongSupplier unknownOutcomes) {}
