/**
 * Additional receivers of spend records: rotating files, webhooks, and extensions. Start at {@link
 * io.nexus.server.sink.SpendSinks}. Requests never wait for this package.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.sink;
