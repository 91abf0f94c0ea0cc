/**
 * A mock provider: it serves the providers' APIs over real sockets, follows a script, and keeps the
 * true bill. The tests, the demo and the load harness put it behind a gateway to compare the
 * gateway's charges with the bill.
 *
 * <p>Start reading at {@link io.nexus.server.mock.Upstream}. It knows nothing of the gateway: it
 * imports no other package of the server.
 */
package io.nexus.server.mock;
