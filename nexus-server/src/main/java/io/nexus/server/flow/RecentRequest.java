package io.nexus.server.flow;

import io.nexus.control.budget.Caller;
import io.nexus.control.hold.Hold;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.Location;
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
  private final long position;
  private final Caller caller;
  private final String api;
  private final String model;
  private final boolean stream;
  private final List<Exclusion> excluded;
  private final List<Sent> sent = new ArrayList<>(1);
  private List<Try> tries = List.of();
  private @Nullable End end;

  /** An attempt whose hold may still grow. */
  private record Sent(Hold hold, RouteReason reason, @Nullable SpendRecord record) {

    Try shown() {
      var candidate = hold.candidate();
      var size = hold.size();
      return new Try(
          candidate.backend().name(),
          candidate.model(),
          candidate.backend().location(),
          candidate.isFallback(),
          reason,
          candidate.estimate().expected(),
          size.amount(),
          hold.held(),
          size.worstCase(),
          size.coveredTokens(),
          hold.coveredTokens(),
          size.clamped(),
          candidate.offer().price().source(),
          record);
    }
  }

  /**
   * An attempt at a backend.
   *
   * @param backend the backend's name
   * @param model the model's name there
   * @param location where the backend runs
   * @param fallback whether the model replaces the one asked for
   * @param reason the reason for the candidate
   * @param estimate the expected cost
   * @param hold the money held at first
   * @param held the money held now; zero once it has ended
   * @param worstCase the most that it may cost
   * @param heldTokens the output tokens covered at first
   * @param coveredTokens the output tokens covered now
   * @param clamped whether more money would have allowed a longer answer
   * @param priceSource the source of the price
   * @param record its record; null while it runs, or if it was not charged
   */
  public record Try(
      String backend,
      String model,
      Location location,
      boolean fallback,
      RouteReason reason,
      Money estimate,
      Money hold,
      Money held,
      Money worstCase,
      long heldTokens,
      long coveredTokens,
      boolean clamped,
      String priceSource,
      @Nullable SpendRecord record) {}

  /**
   * How it ended.
   *
   * @param status the HTTP status of the answer
   * @param error the error code sent to the client; empty if none
   * @param elapsedNanos since its arrival
   */
  public record End(int status, String error, long elapsedNanos) {}

  RecentRequest(String id, long atMillis, long position, RoutingIntent intent) {
    var request = intent.request();
    this.id = id;
    this.atMillis = atMillis;
    this.position = position;
    this.caller = request.caller();
    this.api = request.needs().api().label();
    this.model = request.model();
    this.stream = request.needs().stream();
    this.excluded = intent.exclusions();
  }

  /** A request that has ended. */
  RecentRequest(
      String id,
      long atMillis,
      Caller caller,
      String api,
      String model,
      boolean stream,
      List<Exclusion> excluded,
      List<Try> tries,
      End end) {
    this.id = id;
    this.atMillis = atMillis;
    this.position = -1;
    this.caller = caller;
    this.api = api;
    this.model = model;
    this.stream = stream;
    this.excluded = excluded;
    this.tries = tries;
    this.end = end;
  }

  /** Its id for the client and the ledger's records. */
  public String id() {
    return id;
  }

  /** When it arrived, in milliseconds of the epoch. */
  public long atMillis() {
    return atMillis;
  }

  /** Its place among all requests, while it runs. */
  long position() {
    return position;
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
    return end == null ? sent.stream().map(Sent::shown).toList() : tries;
  }

  /** How it ended; null while it runs. */
  public synchronized @Nullable End end() {
    return end;
  }

  synchronized void sent(Hold hold, RouteReason reason) {
    sent.add(new Sent(hold, reason, null));
  }

  synchronized void charged(SpendRecord record) {
    if (!sent.isEmpty()) {
      var last = sent.removeLast();
      sent.add(new Sent(last.hold(), last.reason(), record));
    }
  }

  synchronized void ended(End how) {
    tries = tries();
    end = how;
    sent.clear();
  }
}
