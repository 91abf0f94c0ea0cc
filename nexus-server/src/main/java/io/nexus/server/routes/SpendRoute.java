package io.nexus.server.routes;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ApiKey;
import io.nexus.server.http.Clients;
import io.nexus.server.http.QueryParameter;
import io.nexus.server.spend.Moments;
import io.nexus.server.spend.ReportThread;
import io.nexus.server.spend.SpendSummary;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * {@code GET /v1/spend?by=model&since=2026-11-01&until=2026-12-01}: what was spent, from the
 * ledger.
 *
 * <p>The admin key shows everybody's spend. A client's key shows its own and nobody else's. Where
 * the gateway has no keys, everybody sees all.
 *
 * @param clients who may ask
 * @param isAdmin whether an administrator asks, who sees all
 * @param books the ledger's
 * @param zone where days begin
 * @param clock what {@code since=7d} goes back from
 */
public record SpendRoute(
    Clients clients,
    Predicate<ServerRequestHeaders> isAdmin,
    ReportThread books,
    ZoneId zone,
    InstantSource clock) {

  private static final Logger LOG = System.getLogger("io.nexus.ledger");
  private static final Set<String> PARAMETERS = Set.of("by", "since", "until", ApiKey.QUERY);

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    var keys = keysShown(request);
    var query = query(request, keys);
    response.headers().set(HeaderNames.CACHE_CONTROL, "no-store");
    Answers.json(response, summary(query)::writeTo);
  }

  private Set<String> keysShown(ServerRequest request) {
    if (isAdmin.test(request.headers())) {
      return Set.of();
    }
    var key = clients.authenticate(request).key();
    return key.isEmpty() ? Set.of() : Set.of(key);
  }

  private SpendQuery query(ServerRequest request, Set<String> keys) {
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
    var by = QueryParameter.first(request, "by").orElse("model");
    return new SpendQuery(group(by), since, until, zone, keys);
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
                        .collect(Collectors.joining(", ", "'by' has to be one of ", "."))));
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

  /** Where the ledger is concerns operators only, so clients are not told. */
  private SpendSummary summary(SpendQuery query) {
    try {
      return books.ask(each -> SpendSummary.of(each, query));
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
