package io.nexus.server.console;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.admin.Actor;
import io.nexus.server.console.Console.Sources;
import io.nexus.server.flow.RecentRequest;
import io.nexus.server.flow.RecentRequests;
import io.nexus.server.http.ApiException;
import io.nexus.server.routes.Answers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code GET /admin/v1/requests?search=gpt&state=running} and {@code /admin/v1/requests/{id}}: the
 * last requests of this gateway, with their candidates, reasons and holds.
 */
record RequestsRoute(Sources sources) {

  private static final int USUAL = 100;
  private static final Set<String> PARAMETERS = Set.of("limit", "search", "state");
  private static final List<String> STATES = List.of("", "running", "served", "refused");

  void list(ServerRequest request, ServerResponse response, Actor actor) {
    var asked = new ConsoleQuery(request, PARAMETERS);
    int limit = asked.number("limit", USUAL, 1, RecentRequests.KEPT);
    var search = asked.text("search").toLowerCase(Locale.ROOT);
    var state = asked.oneOf("state", STATES, "");
    var found =
        seen(actor)
            .filter(each -> state.isEmpty() || state.equals(RequestJson.state(each.end())))
            .filter(each -> search.isEmpty() || isMeant(each, search))
            .limit(limit)
            .toList();
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          for (var each : found) {
            RequestJson.write(json, each);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  void one(ServerRequest request, ServerResponse response, Actor actor) {
    var id = request.path().pathParameters().get("id");
    var found =
        seen(actor)
            .filter(each -> each.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    ApiException.invalid(
                        404,
                        "request_not_found",
                        "It is not among the last requests of this gateway."));
    Answers.json(response, json -> RequestJson.write(json, found));
  }

  /** The requests that the actor may see. */
  private Stream<RecentRequest> seen(Actor actor) {
    return sources.recent().latest().stream().filter(each -> actor.mayManage(each.caller().team()));
  }

  private static boolean isMeant(RecentRequest request, String search) {
    var caller = request.caller();
    var served = request.tries().stream().flatMap(each -> Stream.of(each.backend(), each.model()));
    return Stream.of(
            Stream.of(request.id(), request.model(), caller.key(), caller.team(), caller.user()),
            caller.tags().stream(),
            served)
        .flatMap(texts -> texts)
        .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(search));
  }
}
