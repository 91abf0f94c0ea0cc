package io.nexus.server.admin;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.ledger.Corrected;
import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.server.admin.AdminBody.Kind;
import io.nexus.server.admin.Edits.Draft;
import io.nexus.server.http.ApiException;
import io.nexus.server.routes.Answers;
import io.nexus.server.spend.ReportThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Forgives the charges of requests that were sent and never answered, as {@code nexus ledger
 * forgive} does.
 */
record ForgiveAdmin(ReportThread books, Edits edits) {

  private static final Logger LOG = System.getLogger("io.nexus.admin");
  private static final String SINCE = "since";
  private static final String UNTIL = "until";
  private static final Map<String, Kind> FIELDS =
      Map.of(SINCE, Kind.TEXT, UNTIL, Kind.TEXT, "request_id", Kind.TEXT, "backend", Kind.TEXT);

  void forgive(ServerRequest request, ServerResponse response, Actor actor) {
    var body = AdminBody.read(request, FIELDS);
    var since = body.time(SINCE);
    var until =
        body.has(UNTIL) && !body.isNull(UNTIL)
            ? body.time(UNTIL)
            : edits.clock().instant().plus(1, ChronoUnit.DAYS);
    if (!since.isBefore(until)) {
      throw ApiException.badRequest(UNTIL, "'until' has to be after 'since'.");
    }
    var query = new SpendQuery(SpendGroup.MODEL, since, until, ZoneOffset.UTC);
    var done = corrected(query, asked(body));
    edits.record(
        actor,
        body.has("request_id") ? body.text("request_id") : "ledger",
        new Draft("", "ledger.forgive", Edits.NONE, recorded(done)));
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "forgiven");
          json.writeNumberField("examined", done.examined());
          json.writeNumberField("forgiven", done.corrected());
          json.writeNumberField("difference_usd", done.difference().toUsd());
          json.writeEndObject();
        });
  }

  private static Predicate<SpendRecord> asked(AdminBody body) {
    var id = body.text("request_id");
    var backend = body.text("backend");
    return record ->
        (id.isEmpty() || record.attempt().requestId().equals(id))
            && (backend.isEmpty() || record.target().backend().equals(backend));
  }

  private static String recorded(Corrected done) {
    return Edits.object(
        json -> {
          json.writeNumberField("forgiven", done.corrected());
          json.writeNumberField("difference_usd", done.difference().toUsd());
        });
  }

  private Corrected corrected(SpendQuery query, Predicate<SpendRecord> asked) {
    var at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    try {
      return books.ask(each -> each.correct(query, Due.forgivingUnknown(asked), at));
    } catch (LedgerException e) {
      LOG.log(Level.WARNING, "Nothing is known to be forgiven: {0}", e.getMessage());
      throw ApiException.unavailable(
          503,
          "service_unavailable",
          "ledger_unavailable",
          "The ledger does not answer now, so it is not known what was forgiven: look at the"
              + " records, and try again.");
    }
  }
}
