/**
 * Where spend records go beside the ledger: files that rotate, webhooks, and what extensions bring.
 * Start at {@link io.nexus.server.sink.SpendSinks}. Nothing here is on a request's way.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.sink;
