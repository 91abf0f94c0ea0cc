/**
 * A ledger without storage: for tests, demos, and gateways whose budgets may restart at zero. Start
 * at {@link io.nexus.control.memory.MemoryLedger}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.memory;
