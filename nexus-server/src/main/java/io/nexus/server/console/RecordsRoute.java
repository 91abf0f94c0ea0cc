package io.nexus.server.console;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord.Place;
import io.nexus.server.admin.Actor;
import io.nexus.server.console.Console.Sources;
import io.nexus.server.http.ApiException;
import io.nexus.server.routes.Answers;
import io.nexus.server.spend.RecordJson;
import io.nexus.server.spend.SpendSummary;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code GET /admin/v1/records?team=research&outcome=unknown&limit=100}: the last records of the
 * ledger, the newest first, of all gateways that share it.
 */
record RecordsRoute(Sources sources) {

  private static final int USUAL = 100;
  private static final int MOST = 1_000;
  private static final Set<String> PARAMETERS = parameters();

  private static Set<String> parameters() {
    var names = new TreeSet<>(Set.of("limit", "before", "since", "until"));
    ConsoleQuery.FILTERS.forEach(group -> names.add(SpendSummary.label(group)));
    return names;
  }

  void handle(ServerRequest request, ServerResponse response, Actor actor) {
    var asked = new ConsoleQuery(request, PARAMETERS);
    int limit = asked.number("limit", USUAL, 1, MOST);
    var before = place(asked.text("before"));
    var query =
        new SpendQuery(
            SpendGroup.MODEL,
            asked.moment("since", Instant.EPOCH, sources),
            asked.moment("until", Instant.MAX, sources),
            sources.zone(),
            Set.of(),
            asked.where(actor));
    var records = LedgerAnswers.ask(sources.books(), books -> books.latest(query, before, limit));
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeStringField(
              "next", records.size() < limit ? null : text(records.getLast().place()));
          json.writeArrayFieldStart("data");
          for (var record : records) {
            RecordJson.write(json, record);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static String text(Place place) {
    var id = place.id();
    return place.at().toEpochMilli()
        + "-"
        + id.number()
        + "-"
        + id.revision()
        + "-"
        + id.requestId();
  }

  private static List<Place> place(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    var parts = text.split("-", 4);
    try {
      if (parts.length == 4) {
        var id = new RecordId(parts[3], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        return List.of(new Place(Instant.ofEpochMilli(Long.parseLong(parts[0])), id));
      }
    } catch (NumberFormatException e) {
      // Refused below, with the expected form.
    }
    throw ApiException.badRequest("before", "'before' has to be what a page gave as 'next'.");
  }
}
