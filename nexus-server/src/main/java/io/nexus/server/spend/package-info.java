/** Reports of spend, for the routes and the commands, from a ledger or a copy of one. */
@org.jspecify.annotations.NullMarked
package io.nexus.server.spend;
