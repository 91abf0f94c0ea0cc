package io.nexus.control.ledger;

import java.time.Instant;

/**
 * The spend of one group within a time slice.
 *
 * @param start when the slice begins
 * @param line the group's spend within it
 */
public record SpendSlice(Instant start, SpendLine line) {}
