package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.Optional;

/**
 * How a gateway stands with its ledger, for metrics.
 *
 * @param draws how many draws were made
 * @param errors how many calls have failed
 * @param outstanding what this gateway has drawn and not settled, over all budgets
 * @param stranded what gateways that died have drawn and not settled, over all budgets
 * @param recordsPending records that the ledger has not got yet
 * @param away why the ledger is away; empty if it is not
 * @param awaySince when it was first found to be
 */
public record LedgerStats(
    long draws,
    long errors,
    Money outstanding,
    Money stranded,
    long recordsPending,
    String away,
    Optional<Instant> awaySince) {}
