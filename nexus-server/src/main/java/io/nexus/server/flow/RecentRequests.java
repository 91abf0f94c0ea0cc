package io.nexus.server.flow;

import io.nexus.control.routing.RoutingIntent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A ring of the most recent requests, for people who want to see where a request went and why. A
 * gateway without administrators keeps none.
 *
 * <p>Safe for any number of threads.
 */
public final class RecentRequests {

  /** How many are kept: a third of a megabyte. */
  public static final int KEPT = 512;

  private final List<Slot> ring;
  private final AtomicLong next = new AtomicLong();

  private RecentRequests(int size) {
    this.ring = IntStream.range(0, size).mapToObj(_ -> new Slot()).toList();
  }

  /** A place in the ring: a running request, or an ended one as bytes. */
  private static final class Slot {
    private final PackedRequest ended = new PackedRequest();
    private @Nullable RecentRequest running;

    synchronized void begin(RecentRequest request) {
      running = request;
    }

    synchronized void end(RecentRequest request, RecentRequest.End how) {
      if (request.equals(running)) {
        ended.pack(request, how);
        running = null;
      }
    }

    synchronized @Nullable RecentRequest request() {
      return running != null || ended.isEmpty() ? running : ended.request();
    }
  }

  /** An empty ring; without {@code keeps} it stays empty. */
  public static RecentRequests of(boolean keeps) {
    return new RecentRequests(keeps ? KEPT : 0);
  }

  /** The requests, newest first. */
  public List<RecentRequest> latest() {
    return between(0, position()).reversed();
  }

  /** The number of requests so far; pass it to {@link #between}. */
  public long position() {
    return next.get();
  }

  /** The requests from one position to another, oldest first, as far as they are kept. */
  public List<RecentRequest> between(long from, long to) {
    var between = new ArrayList<RecentRequest>();
    for (long at = Math.max(from, to - ring.size()); at < to; at++) {
      var request = slot(at).request();
      if (request != null) {
        between.add(request);
      }
    }
    return between;
  }

  private Slot slot(long position) {
    return ring.get((int) (position % ring.size()));
  }

  /** Adds a request that has been decided. */
  void decided(Exchange exchange, RoutingIntent intent) {
    if (!ring.isEmpty()) {
      long position = next.getAndIncrement();
      var request = new RecentRequest(exchange.id(), exchange.arrivedMillis(), position, intent);
      exchange.entry().remember(request);
      slot(position).begin(request);
    }
  }

  /** Notes the end of a request. */
  void ended(Exchange exchange) {
    var entry = exchange.entry();
    if (!ring.isEmpty() || entry.observed() != null) {
      entry.ended(AccessLog.status(exchange), exchange.elapsedNanos());
    }
    var request = entry.recent();
    if (request != null && request.end() != null) {
      slot(request.position()).end(request, request.end());
    }
  }
}
