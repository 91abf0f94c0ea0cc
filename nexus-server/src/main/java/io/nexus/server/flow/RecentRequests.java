package io.nexus.server.flow;

import io.nexus.control.routing.RoutingIntent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A ring of the most recent requests, for people who want to see where a request went and why. A
 * gateway without administrators keeps none.
 *
 * <p>Safe for any number of threads; lock-free.
 */
public final class RecentRequests {

  /** How many are kept: half a megabyte. */
  public static final int KEPT = 512;

  private final int size;
  private final AtomicReferenceArray<RecentRequest> ring;
  private final AtomicLong next = new AtomicLong();

  private RecentRequests(int size) {
    this.size = size;
    this.ring = new AtomicReferenceArray<>(size);
  }

  /** An empty ring; without {@code keeps} it stays empty. */
  public static RecentRequests of(boolean keeps) {
    return new RecentRequests(keeps ? KEPT : 0);
  }

  /** The requests, newest first. */
  public List<RecentRequest> latest() {
    var latest = new ArrayList<RecentRequest>(size);
    long last = next.get();
    for (long at = last - 1; at >= Math.max(0, last - size); at--) {
      var request = ring.get((int) (at % size));
      if (request != null) {
        latest.add(request);
      }
    }
    return latest;
  }

  /** The number of requests so far; pass it to {@link #since}. */
  public long position() {
    return next.get();
  }

  /** The requests since that position, oldest first, as far as they are kept. */
  public List<RecentRequest> since(long position) {
    var since = new ArrayList<RecentRequest>();
    long last = next.get();
    for (long at = Math.max(position, last - size); at < last; at++) {
      var request = ring.get((int) (at % size));
      if (request != null) {
        since.add(request);
      }
    }
    return since;
  }

  /** Adds a request that has been decided. */
  void decided(Exchange exchange, RoutingIntent intent) {
    if (size > 0) {
      var request = new RecentRequest(exchange.id(), exchange.arrivedMillis(), intent);
      exchange.entry().remember(request);
      ring.set((int) (next.getAndIncrement() % size), request);
    }
  }

  /** Notes the end of a request. */
  void ended(Exchange exchange) {
    if (size > 0 || exchange.entry().observed() != null) {
      exchange.entry().ended(AccessLog.status(exchange), exchange.elapsedNanos());
    }
  }
}
