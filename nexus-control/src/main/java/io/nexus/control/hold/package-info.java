/**
 * Where a request takes the money that it may cost. Start at {@link io.nexus.control.hold.Holds}.\n
 * * Knows no ledger behind it: {@code lease} and {@code memory} do.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.hold;
