package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.Optional;

/**
 * Figures of a gateway's use of its ledger, for metrics.
 *
 * @param draws the number of draws
 * @param errors the number of failed calls
 * @param outstanding the money that this gateway has drawn and not settled, over all budgets
 * @param stranded the money that dead gateways have drawn and not settled, over all budgets
 * @param recordsPending the number of records not yet posted
 * @param away why the ledger is unreachable; empty if it is not
 * @param awaySince since when it is unreachable
 */
public record LedgerStats(
    long draws,
    long errors,
    Money outstanding,
    Money stranded,
    long recordsPending,
    String away,
    Optional<Instant> awaySince) {}
