package io.nexus.server;

import io.nexus.control.hold.Funds;
import io.nexus.control.routing.Location;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.LiveBackend;
import java.util.concurrent.CountDownLatch;

/**
 * Whether a gateway is ready: not while it starts or stops, and not while the journal's disk is
 * full or the ledger is unreachable with {@code on_error = "closed"}, unless there is a local
 * backend.
 *
 * @param fenced at zero once another process has joined the ledger under this gateway's name
 */
record Readiness(Drain drain, CountDownLatch fenced, Funds funds, BackendRegistry registry) {

  boolean isReady() {
    return drain.isReady()
        && fenced.getCount() > 0
        && (funds.isAvailable() || registry.backends().stream().anyMatch(Readiness::servesLocally));
  }

  private static boolean servesLocally(LiveBackend live) {
    return live.backend().location() == Location.LOCAL && live.load().healthy();
  }
}
