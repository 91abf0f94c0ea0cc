/**
 * The command line. Start at {@code NexusCommand}. Commands for a running gateway call its admin
 * API; commands for a ledger open it.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.cli;
