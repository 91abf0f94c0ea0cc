/**
 * Spend records on their way from the ledger to what else is given them, such as a webhook. Start
 * at {@link io.nexus.control.outbox.Outbox}. It knows neither the ledger's thread nor what it is
 * that takes the records.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.outbox;
