/**
 * A ledger that forgets: for tests, demos, and gateways whose budgets may start anew. Start at
 * {@link io.nexus.control.memory.MemoryLedger}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.memory;
