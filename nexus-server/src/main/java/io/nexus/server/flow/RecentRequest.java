package io.nexus.server.flow;

import io.nexus.control.budget.Caller;
import io.nexus.control.hold.Hold;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.RoutingIntent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a request for a while: names and numbers, nothing of what was said. It is
 * written by the thread that serves the request, and read by any.
 */
public final class RecentRequest {

  private final String id;
  private final long atMillis;
  private final Caller caller;
  private final String api;
  private final String model;
  private final boolean stream;
  private final List<Exclusion> excluded;
  private final List<Try> tries = new ArrayList<>(1);
  private @Nullable End end;

  /**
   * A try at a backend.
   *
   * @param hold what was held for it, and is as long as it goes on
   * @param reason why it was sent there
   * @param record what it cost; null as long as that is not known, or if it was not charged
   */
  public record Try(Hold hold, RouteReason reason, @Nullable SpendRecord record) {}

  /**
   * How it ended.
   *
   * @param status of the answer
   * @param error the code of the error that the client was told; empty without one
   * @param elapsedNanos since it came
   */
  public record End(int status, String error, long elapsedNanos) {}

  RecentRequest(String id, long atMillis, RoutingIntent intent) {
    var request = intent.request();
    this.id = id;
    this.atMillis = atMillis;
    this.caller = request.caller();
    this.api = request.needs().api().label();
    this.model = request.model();
    this.stream = request.needs().stream();
    this.excluded = intent.exclusions();
  }

  /** What the client and the ledger's records know it by. */
  public String id() {
    return id;
  }

  /** When it came, in milliseconds of the epoch. */
  public long atMillis() {
    return atMillis;
  }

  /** Who sent it. */
  public Caller caller() {
    return caller;
  }

  /** The API that it asked for. */
  public String api() {
    return api;
  }

  /** The model that it asked for. */
  public String model() {
    return model;
  }

  /** Whether it asked for a stream. */
  public boolean stream() {
    return stream;
  }

  /** The candidates that the decision took away, and why. */
  public List<Exclusion> excluded() {
    return excluded;
  }

  /** The tries so far, in order. */
  public synchronized List<Try> tries() {
    return List.copyOf(tries);
  }

  /** How it ended; null as long as it goes on. */
  public synchronized @Nullable End end() {
    return end;
  }

  synchronized void sent(Hold hold, RouteReason reason) {
    tries.add(new Try(hold, reason, null));
  }

  synchronized void charged(SpendRecord record) {
    if (!tries.isEmpty()) {
      var last = tries.removeLast();
      tries.add(new Try(last.hold(), last.reason(), record));
    }
  }

  synchronized void ended(End how) {
    end = how;
  }
}
