package io.nexus.server.events;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.budget.BudgetState;
import io.nexus.server.backend.LiveBackend;
import io.nexus.server.console.Console.Sources;
import io.nexus.server.console.RequestJson;
import io.nexus.server.console.StandingJson;
import io.nexus.server.flow.RecentRequest;
import io.nexus.server.http.JsonText;
import io.nexus.server.routes.BackendJson;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks the figures once a second while there are listeners, and publishes those that have
 * changed. So requests do no work for it, and the volume of events does not grow with their number.
 *
 * <p>Safe for any number of threads.
 */
final class Pulse {

  /** The most budgets per event; further changed ones follow in the next seconds. */
  static final int MOST_BUDGETS = 200;

  private static final int MOST_REQUESTS = 50;
  private static final int MOST_RUNNING = 1_000;
  private static final long MILLIS = 1_000;
  private static final int IDLE_BEATS = 3;
  private static final Logger LOG = System.getLogger("io.nexus.events");

  /** The published figures of a budget. */
  private record Standing(long spent, long held, long limit, String status) {
    static Standing of(BudgetState state) {
      return new Standing(
          state.spent().nanos(),
          state.held().nanos(),
          state.limit().nanos(),
          state.status().label());
    }
  }

  private record Counts(long total, long success, long errors, long blocked) {}

  private final Feed feed;
  private final Sources sources;
  private final Map<String, Standing> budgets = new HashMap<>();
  private final Map<String, String> figures = new HashMap<>();
  private final Map<String, String> states = new HashMap<>();
  private final Map<String, RecentRequest> running = new LinkedHashMap<>();
  private Counts counts = new Counts(0, 0, 0, 0);
  private @Nullable String awaySince;
  private long position;
  private int firstBudget;
  private boolean beating;
  private int idle;

  Pulse(Feed feed, Sources sources) {
    this.feed = feed;
    this.sources = sources;
  }

  /** Starts to publish changes. */
  synchronized void start() {
    idle = 0;
    if (!beating) {
      beating = true;
      takeIn();
      Thread.ofVirtual().name("events").start(this::run);
    }
  }

  private void run() {
    try {
      do {
        Thread.sleep(MILLIS);
      } while (beat());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean beat() {
    idle = feed.isHeard() ? 0 : idle + 1;
    beating = idle < IDLE_BEATS;
    if (idle == 0) {
      try {
        publishChanges();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "Events: the figures were not looked at; they are again soon", e);
      }
    }
    return beating;
  }

  /** Reads all figures without publishing. */
  private void takeIn() {
    budgets.clear();
    figures.clear();
    states.clear();
    long now = sources.clock().millis();
    for (var budget : sources.budgets().budgets()) {
      var state = budget.state(now);
      budgets.put(state.terms().name(), Standing.of(state));
    }
    for (var live : sources.registry().backends()) {
      figures.put(live.backend().name(), figures(live));
      states.put(live.backend().name(), state(live));
    }
    counts = counts();
    awaySince = sources.awaySince();
    running.clear();
    position = sources.recent().position();
    sources.recent().latest().stream()
        .filter(request -> request.end() == null)
        .forEach(request -> running.put(request.id(), request));
  }

  private void publishChanges() {
    for (var live : sources.registry().backends()) {
      var now = state(live);
      if (!now.equals(states.put(live.backend().name(), now))) {
        feed.publish(EventKind.BACKEND, json -> BackendJson.write(json, live, sources.accounts()));
      }
    }
    if (feed.isHeard(EventKind.SPEND)) {
      publishFigures();
    }
    publishRequests();
  }

  private void publishFigures() {
    boolean isNews = !counts.equals(counts()) || !Objects.equals(awaySince, sources.awaySince());
    counts = counts();
    awaySince = sources.awaySince();
    var changedBudgets = changedBudgets();
    var changedBackends =
        sources.registry().backends().stream().filter(live -> !isKnown(live)).toList();
    if (isNews || !changedBudgets.isEmpty() || !changedBackends.isEmpty()) {
      feed.publish(EventKind.SPEND, json -> write(json, changedBudgets, changedBackends));
    }
  }

  private boolean isKnown(LiveBackend live) {
    var now = figures(live);
    return now.equals(figures.put(live.backend().name(), now));
  }

  /** Starts where the last check ended, so that no budget is skipped for long. */
  private List<BudgetState> changedBudgets() {
    var all = sources.budgets().budgets();
    var changed = new ArrayList<BudgetState>();
    long now = sources.clock().millis();
    int looked = 0;
    while (looked < all.size() && changed.size() < MOST_BUDGETS) {
      var state = all.get((firstBudget + looked) % all.size()).state(now);
      var standing = Standing.of(state);
      if (!standing.equals(budgets.put(state.terms().name(), standing))) {
        changed.add(state);
      }
      looked++;
    }
    firstBudget = all.isEmpty() ? 0 : (firstBudget + looked) % all.size();
    if (budgets.size() > 2 * all.size()) {
      // Most of the entries are stale; budgets that remain are published once more.
      budgets.clear();
    }
    return changed;
  }

  private void write(JsonGenerator json, List<BudgetState> budgets, List<LiveBackend> backends)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("at", sources.clock().instant().toString());
    json.writeStringField("ledger_away_since", awaySince);
    json.writeObjectFieldStart("requests");
    json.writeNumberField("total", counts.total);
    json.writeNumberField("success", counts.success);
    json.writeNumberField("errors", counts.errors);
    json.writeNumberField("blocked", counts.blocked);
    json.writeEndObject();
    json.writeArrayFieldStart("budgets");
    for (var state : budgets) {
      StandingJson.write(json, state);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("backends");
    for (var live : backends) {
      BackendJson.write(json, live, sources.accounts());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void publishRequests() {
    long before = position;
    position = sources.recent().position();
    if (!feed.isHeard(EventKind.REQUESTS)) {
      running.clear();
      return;
    }
    var fresh = sources.recent().between(before, position);
    var news = new ArrayList<RecentRequest>();
    running.values().stream().filter(request -> request.end() != null).forEach(news::add);
    news.addAll(fresh);
    news.forEach(request -> running.remove(request.id()));
    fresh.stream()
        .filter(request -> request.end() == null)
        .forEach(request -> running.put(request.id(), request));
    while (running.size() > MOST_RUNNING) {
      running.remove(running.keySet().iterator().next());
    }
    if (!news.isEmpty()) {
      feed.publish(EventKind.REQUESTS, json -> write(json, news));
    }
  }

  /** Writes the requests; only the last ones if there are too many. */
  private static void write(JsonGenerator json, List<RecentRequest> news) throws IOException {
    int from = Math.max(0, news.size() - MOST_REQUESTS);
    json.writeStartObject();
    json.writeArrayFieldStart("data");
    for (var request : news.subList(from, news.size())) {
      RequestJson.write(json, request);
    }
    json.writeEndArray();
    json.writeNumberField("left_out", from);
    json.writeEndObject();
  }

  private Counts counts() {
    var totals = sources.totals();
    return new Counts(totals.total(), totals.success(), totals.errors(), totals.blockedCount());
  }

  private String figures(LiveBackend live) {
    return JsonText.write(json -> BackendJson.write(json, live, sources.accounts()));
  }

  private static String state(LiveBackend live) {
    return live.load().healthy() + " " + live.circuit().isOpen() + " " + live.isDrained();
  }
}
