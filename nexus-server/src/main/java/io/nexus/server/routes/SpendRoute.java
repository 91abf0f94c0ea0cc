package io.nexus.server.routes;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ApiKey;
import io.nexus.server.http.Clients;
import io.nexus.server.http.JsonText;
import io.nexus.server.http.QueryParameter;
import io.nexus.server.spend.Moments;
import io.nexus.server.spend.ReportThread;
import io.nexus.server.spend.SpendBreakdown;
import io.nexus.server.spend.SpendSummary;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * {@code GET /v1/spend?by=team,model&since=2026-11-01&until=2026-12-01}: the spend in the ledger.
 *
 * <p>An admin key shows all spend, a client's key only its own. A gateway without keys shows
 * everything to all clients.
 *
 * @param clients authenticates clients
 * @param isAdmin whether the request is from an administrator, who sees everything
 * @param books the ledger's reports
 * @param zone where days begin
 * @param clock the reference of {@code since=7d}
 */
public record SpendRoute(
    Clients clients,
    Predicate<ServerRequestHeaders> isAdmin,
    ReportThread books,
    ZoneId zone,
    InstantSource clock) {

  private static final Logger LOG = System.getLogger("io.nexus.ledger");
  private static final int MOST_DIVIDED = 1_000;
  private static final Set<String> PARAMETERS = Set.of("by", "since", "until", ApiKey.QUERY);

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    var keys = keysShown(request);
    var by = groups(QueryParameter.first(request, "by").orElse("model"));
    var query = query(request, by.getFirst(), keys);
    response.headers().set(HeaderNames.CACHE_CONTROL, "no-store");
    var report =
        by.size() == 1
            ? ask(books -> (JsonText.Content) SpendSummary.of(books, query)::writeTo)
            : ask(books -> breakdown(books, query, by.getLast()));
    Answers.json(response, report);
  }

  /** Each outer group is one more query, so their number is bounded. */
  private static JsonText.Content breakdown(LedgerReports books, SpendQuery query, SpendGroup then)
      throws LedgerException {
    var groups = books.spend(query).size();
    if (groups > MOST_DIVIDED) {
      throw ApiException.badRequest(
          "by",
          "There are "
              + groups
              + " groups, and up to "
              + MOST_DIVIDED
              + " can be divided: ask for a shorter time, or for the other group first.");
    }
    return SpendBreakdown.of(books, query, then)::writeTo;
  }

  private Set<String> keysShown(ServerRequest request) {
    if (isAdmin.test(request.headers())) {
      return Set.of();
    }
    var key = clients.authenticate(request).key();
    return key.isEmpty() ? Set.of() : Set.of(key);
  }

  private SpendQuery query(ServerRequest request, SpendGroup by, Set<String> keys) {
    for (var name : request.query().names()) {
      if (!PARAMETERS.contains(name)) {
        throw ApiException.badRequest(
            name, "There is no parameter '" + name + "': use by, since and until.");
      }
    }
    var since = moment(request, "since", Instant.EPOCH);
    var until = moment(request, "until", Instant.MAX);
    if (until.isBefore(since)) {
      throw ApiException.badRequest("until", "'until' must not be before 'since'.");
    }
    return new SpendQuery(by, since, until, zone, keys);
  }

  /** One group, or two with a comma between them. */
  private static List<SpendGroup> groups(String labels) {
    var groups = Arrays.stream(labels.split(",", -1)).map(SpendRoute::group).toList();
    if (groups.size() > 2 || (groups.size() == 2 && groups.getFirst() == groups.getLast())) {
      throw ApiException.badRequest("by", "'by' has to be one group, or two that differ.");
    }
    return groups;
  }

  private static SpendGroup group(String label) {
    return Arrays.stream(SpendGroup.values())
        .filter(group -> SpendSummary.label(group).equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.badRequest(
                    "by",
                    Arrays.stream(SpendGroup.values())
                        .map(SpendSummary::label)
                        .collect(
                            Collectors.joining(
                                ", ", "'by' has to be one of ", ", or two with a comma."))));
  }

  private Instant moment(ServerRequest request, String parameter, Instant otherwise) {
    try {
      return QueryParameter.first(request, parameter)
          .map(new Moments(clock.instant(), zone)::read)
          .orElse(otherwise);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(parameter, parameter + ": " + e.getMessage() + ".");
    }
  }

  /** Queries the ledger; an error does not show clients the ledger's address. */
  private JsonText.Content ask(ReportThread.Question<JsonText.Content> question) {
    try {
      return books.ask(question);
    } catch (LedgerException e) {
      LOG.log(Level.WARNING, "No report of spend: {0}", e.getMessage());
      throw ApiException.unavailable(
          503,
          "service_unavailable",
          "ledger_unavailable",
          "The ledger cannot be read now: try again later, or ask for a shorter time.");
    }
  }
}
