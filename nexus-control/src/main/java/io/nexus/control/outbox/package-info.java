/**
 * Spend records on their way from the ledger to another receiver, such as a webhook. Start at
 * {@link io.nexus.control.outbox.Outbox}. It knows neither the ledger thread nor the receivers.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.outbox;
