package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.SettingChange;
import io.nexus.server.http.ApiException;
import io.nexus.server.routes.Answers;
import io.nexus.server.spend.ReportThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The record of all changes, from the ledger. */
record ChangeAdmin(ReportThread books, Edits edits) {

  private static final Logger LOG = System.getLogger("io.nexus.admin");
  private static final int SHOWN = 100;

  /** The changes before the version in {@code after}, newest first. */
  void list(ServerRequest request, ServerResponse response, Actor actor) {
    var page = Page.of(request, SHOWN);
    var query = new ListQuery(request, "action", "target");
    var changes = changes(before(page.after()), page.limit() + 1, query);
    boolean more = changes.size() > page.limit();
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          for (var change : changes.subList(0, Math.min(changes.size(), page.limit()))) {
            write(json, change);
          }
          json.writeEndArray();
          json.writeBooleanField("has_more", more);
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static long before(String after) {
    try {
      long version = after.isEmpty() ? Long.MAX_VALUE : Long.parseLong(after);
      if (version >= 0) {
        return version;
      }
    } catch (NumberFormatException e) {
      // Not a version either.
    }
    throw ApiException.badRequest("after", "'after' has to be the version of a change.");
  }

  private List<SettingChange> changes(long before, int max, ListQuery query) {
    try {
      return books.ask(each -> found(each, before, max, query));
    } catch (LedgerException e) {
      LOG.log(Level.WARNING, "No list of changes: {0}", e.getMessage());
      throw ApiException.unavailable(
          503,
          "service_unavailable",
          "ledger_unavailable",
          "The ledger cannot be read now: try again later.");
    }
  }

  /** Reads until there are enough matching changes. */
  private static List<SettingChange> found(
      LedgerReports books, long before, int max, ListQuery query) throws LedgerException {
    var found = new ArrayList<SettingChange>();
    long next = before;
    boolean more = true;
    while (more && found.size() < max) {
      var some = books.settingChanges(next, Page.MOST);
      some.stream()
          .filter(change -> query.is("action", change.action()))
          .filter(change -> query.is("target", change.target()))
          .filter(change -> query.has(Stream.of(change.action(), change.target(), change.reason())))
          .limit(max - found.size())
          .forEach(found::add);
      more = some.size() == Page.MOST;
      next = some.isEmpty() ? next : some.getLast().version();
    }
    return found;
  }

  /** Writes a change as an object. */
  static void write(JsonGenerator json, SettingChange change) throws IOException {
    json.writeStartObject();
    json.writeNumberField("version", change.version());
    json.writeStringField("at", change.at().toString());
    json.writeObjectFieldStart("by");
    json.writeStringField("admin_key", change.actor());
    json.writeStringField("address", change.address());
    json.writeEndObject();
    json.writeStringField("action", change.action());
    json.writeStringField("target", change.target());
    json.writeFieldName("before");
    json.writeRawValue(change.before());
    json.writeFieldName("after");
    json.writeRawValue(change.after());
    json.writeStringField("reason", change.reason().isEmpty() ? null : change.reason());
    json.writeEndObject();
  }
}
