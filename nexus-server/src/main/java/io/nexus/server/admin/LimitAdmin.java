package io.nexus.server.admin;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.limit.LimitState;
import io.nexus.control.limit.Limits;
import io.nexus.server.http.LimitJson;
import io.nexus.server.routes.Answers;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Lists the limits beside money. */
record LimitAdmin(Limits limits, InstantSource clock) {

  private static final Map<String, Comparator<LimitState>> ORDERS =
      Map.of(
          "name",
          Comparator.comparing(LimitAdmin::id),
          "used",
          Comparator.comparingLong(LimitState::used),
          "remaining",
          Comparator.comparingLong(LimitState::remaining));

  /** All of them, those of a limit's units one by one. */
  void list(ServerRequest request, ServerResponse response, Actor actor) {
    var query = new ListQuery(request, "unit");
    var page = Page.of(request, Page.MOST);
    var found =
        limits.states(clock.millis()).stream()
            .filter(state -> query.is("unit", state.unit().label()))
            .filter(state -> query.has(Stream.of(state.limit())))
            .toList();
    var sorted = query.sorted(found, ORDERS);
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          page.write(json, sorted, LimitAdmin::id, state -> LimitJson.write(json, state));
          json.writeEndObject();
        });
  }

  private static String id(LimitState state) {
    return state.limit() + " " + state.unit().label();
  }
}
