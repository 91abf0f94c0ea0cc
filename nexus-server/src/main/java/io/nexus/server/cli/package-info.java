/**
 * The command line. Start at {@code NexusCommand}. Commands that concern a running gateway ask its
 * admin API; those that concern a ledger open it.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.cli;
