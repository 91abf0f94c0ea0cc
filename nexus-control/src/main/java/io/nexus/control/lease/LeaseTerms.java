package io.nexus.control.lease;

import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a gateway draws from a ledger that it may share.
 *
 * @param node its name among the gateways that share the ledger
 * @param journal the folder of the journal; used by this gateway alone
 * @param journalMaxBytes the largest size of the journal; beyond it nothing is admitted until the
 *     ledger has taken records
 * @param ttl a gateway that has not renewed for this long counts as dead; also the time that a
 *     chunk should last
 * @param maxChunk the most money drawn ahead at once
 * @param drawWait the longest wait of a request for a draw
 * @param failOpen whether to admit requests without a grant while the ledger is unreachable
 */
public record LeaseTerms(
    String node,
    Path journal,
    long journalMaxBytes,
    Duration ttl,
    Money maxChunk,
    Duration drawWait,
    boolean failOpen) {}
