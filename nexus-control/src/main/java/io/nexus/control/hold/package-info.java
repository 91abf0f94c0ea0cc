/**
 * Everything about a request's money. Start at {@link io.nexus.control.hold.Hold}, whose essay
 * tells how budgets, journal and ledger play together. Knows no ledger behind the {@link
 * io.nexus.control.hold.Funds}: {@code lease} and {@code memory} do.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.hold;
