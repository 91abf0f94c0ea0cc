/**
 * The journal, which survives {@code kill -9}: running attempts, and spend not yet posted to the
 * ledger. Start at {@link io.nexus.control.journal.Journal}. Not exported.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.journal;
