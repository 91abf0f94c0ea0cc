/**
 * The money of requests. Start at {@link io.nexus.control.hold.Hold}, whose comment explains how
 * budgets, journal and ledger work together. Does not know the ledgers behind {@link
 * io.nexus.control.hold.Funds}: packages {@code lease} and {@code memory} do.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.hold;
