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
 * A recent request: names and numbers, no text. Written by the thread that serves it, read by any.
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
   * An attempt at a backend.
   *
   * @param hold its hold
   * @param reason the reason for the candidate
   * @param record its record; null while it runs, or if it was not charged
   */
  public record Try(Hold hold, RouteReason reason, @Nullable SpendRecord record) {}

  /**
   * How it ended.
   *
   * @param status the HTTP status of the answer
   * @param error the error code sent to the client; empty if none
   * @param elapsedNanos since its arrival
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

  /** Its id for the client and the ledger's records. */
  public String id() {
    return id;
  }

  /** When it arrived, in milliseconds of the epoch. */
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

  /** The candidates removed by the decision, with reasons. */
  public List<Exclusion> excluded() {
    return excluded;
  }

  /** The attempts so far, in order. */
  public synchronized List<Try> tries() {
    return List.copyOf(tries);
  }

  /** How it ended; null while it runs. */
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
