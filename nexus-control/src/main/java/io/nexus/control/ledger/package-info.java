/**
 * Durable data: records of spend, budget cycles, and the ledger that several gateways share. Start
 * at {@link io.nexus.control.ledger.Ledger}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.ledger;
