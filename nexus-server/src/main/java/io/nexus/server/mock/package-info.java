/**
 * A provider that is none: it speaks the providers' APIs over real sockets, does with each request
 * what a script says, and keeps the true bill. The tests, the demo and the load harness put it
 * behind a gateway, so that what the gateway charges can be held against what was billed.
 *
 * <p>Start reading at {@link io.nexus.server.mock.Upstream}. It knows nothing of the gateway: it
 * imports no other package of the server.
 */
package io.nexus.server.mock;
