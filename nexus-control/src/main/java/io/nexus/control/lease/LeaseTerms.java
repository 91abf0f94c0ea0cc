package io.nexus.control.lease;

import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a gateway draws from a ledger that it may share.
 *
 * @param node its name among those that share it
 * @param journal the folder of what the ledger does not know yet; of this gateway alone
 * @param journalMaxBytes when the journal is larger, nothing more is admitted until the ledger has
 *     taken some of it
 * @param ttl a gateway that has not been heard of for so long counts as dead; also how much time a
 *     chunk is meant to last
 * @param maxChunk the most that is drawn at once for the future
 * @param drawWait how long a request waits for a draw
 * @param failOpen whether to admit what the ledger cannot grant because it is away
 */
public record LeaseTerms(
    String node,
    Path journal,
    long journalMaxBytes,
    Duration ttl,
    Money maxChunk,
    Duration drawWait,
    boolean failOpen) {}
