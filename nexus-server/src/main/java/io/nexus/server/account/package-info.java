/** Totals since the start for {@code /v1/stats}, and the deletion of old records. */
@org.jspecify.annotations.NullMarked
package io.nexus.server.account;
