/**
 * What survives {@code kill -9}: the attempts that are under way and the spend that the ledger
 * does\n * not know yet. Start at {@link io.nexus.control.journal.Journal}. Not exported.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.journal;
