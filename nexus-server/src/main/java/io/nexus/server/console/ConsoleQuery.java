package io.nexus.server.console;

import io.helidon.webserver.http.ServerRequest;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.server.admin.Actor;
import io.nexus.server.console.Console.Sources;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.QueryParameter;
import io.nexus.server.spend.Moments;
import io.nexus.server.spend.SpendSummary;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The query of a request to one of the console's routes. All methods throw {@link ApiException}
 * with status 400 and the parameter as its param if a value is invalid.
 */
final class ConsoleQuery {

  /** The groups by which records can be filtered. */
  static final List<SpendGroup> FILTERS =
      Arrays.stream(SpendGroup.values()).filter(group -> group != SpendGroup.DAY).toList();

  private final ServerRequest request;

  /** Reads the query, which may have only these parameters. */
  ConsoleQuery(ServerRequest request, Set<String> known) {
    this.request = request;
    for (var name : request.query().names()) {
      if (!known.contains(name)) {
        throw ApiException.badRequest(
            name,
            "There is no such parameter: use "
                + String.join(", ", known.stream().sorted().toList())
                + ".");
      }
    }
  }

  /** A text; empty if it is not given. */
  String text(String name) {
    return QueryParameter.first(request, name).orElse("");
  }

  /** One of some texts. */
  String oneOf(String name, List<String> allowed, String otherwise) {
    var value = QueryParameter.first(request, name).orElse(otherwise);
    if (!allowed.contains(value)) {
      throw ApiException.badRequest(
          name,
          allowed.stream()
              .filter(each -> !each.isEmpty())
              .collect(Collectors.joining(", ", "'" + name + "' has to be one of ", ".")));
    }
    return value;
  }

  /** A whole number. */
  int number(String name, int otherwise, int least, int most) {
    try {
      int value = QueryParameter.first(request, name).map(Integer::parseInt).orElse(otherwise);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below, with the expected form.
    }
    throw ApiException.badRequest(
        name, "'" + name + "' has to be a number from " + least + " to " + most + ".");
  }

  /** A moment. */
  Instant moment(String name, Instant otherwise, Sources sources) {
    try {
      return QueryParameter.first(request, name)
          .map(new Moments(sources.clock().instant(), sources.zone())::read)
          .orElse(otherwise);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(name, name + ": " + e.getMessage() + ".");
    }
  }

  /**
   * The groups to which records must belong, by parameters of their names; for a team's
   * administrator also that team.
   */
  Map<SpendGroup, String> where(Actor actor) {
    var where = new EnumMap<SpendGroup, String>(SpendGroup.class);
    for (var group : FILTERS) {
      QueryParameter.first(request, SpendSummary.label(group))
          .ifPresent(value -> where.put(group, value));
    }
    if (actor.isBound()) {
      if (!actor.mayManage(where.getOrDefault(SpendGroup.TEAM, actor.team()))) {
        throw actor.refused("it may look at the records of its team");
      }
      where.put(SpendGroup.TEAM, actor.team());
    }
    return where;
  }
}
