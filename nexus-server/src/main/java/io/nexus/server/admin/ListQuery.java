package io.nexus.server.admin;

import io.helidon.webserver.http.ServerRequest;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.QueryParameter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The filters and order of a request for a list, besides its {@link Page}. All methods throw {@link
 * ApiException} with status 400 and the parameter as its param if a value is invalid.
 */
final class ListQuery {

  /** The sources of settings. */
  static final List<String> SOURCES = List.of("configuration", "admin");

  private static final String SORT = "sort";
  private static final Set<String> PAGING = Set.of("limit", "after", SORT, "search");

  private final ServerRequest request;

  /** Reads the query, which may have these parameters and those of every list, and no others. */
  ListQuery(ServerRequest request, String... filters) {
    this.request = request;
    var known = new TreeSet<>(PAGING);
    known.addAll(Arrays.asList(filters));
    for (var name : request.query().names()) {
      if (!known.contains(name)) {
        throw ApiException.badRequest(
            name, "There is no such parameter: use " + String.join(", ", known) + ".");
      }
    }
  }

  /** Checks that a parameter, if given, is one of the values. */
  ListQuery with(String parameter, List<String> values) {
    var asked = QueryParameter.first(request, parameter);
    if (asked.isPresent() && !values.contains(asked.get())) {
      throw ApiException.badRequest(
          parameter, "'" + parameter + "' has to be one of " + String.join(", ", values) + ".");
    }
    return this;
  }

  /** Whether the value matches the parameter; true if the parameter is not given. */
  boolean is(String parameter, String value) {
    var asked = QueryParameter.first(request, parameter);
    return asked.isEmpty() || asked.get().equals(value);
  }

  /** A flag, if it is given. */
  Optional<Boolean> flag(String parameter) {
    return QueryParameter.first(request, parameter)
        .map(
            value ->
                switch (value) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw ApiException.badRequest(
                          parameter, "'" + parameter + "' has to be true or false.");
                });
  }

  /** Whether one of the texts contains the search term, ignoring case. */
  boolean has(Stream<String> texts) {
    var search = QueryParameter.first(request, "search").orElse("").toLowerCase(Locale.ROOT);
    return search.isEmpty()
        || texts.anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(search));
  }

  /**
   * The list in the requested order, reversed by a leading dash; unchanged if none is requested.
   */
  <T> List<T> sorted(List<T> list, Map<String, Comparator<T>> orders) {
    var asked = QueryParameter.first(request, SORT);
    if (asked.isEmpty()) {
      return list;
    }
    boolean turned = asked.get().startsWith("-");
    var order = orders.get(turned ? asked.get().substring(1) : asked.get());
    if (order == null) {
      throw ApiException.badRequest(
          SORT,
          "'sort' has to be one of "
              + String.join(", ", new TreeSet<>(orders.keySet()))
              + ", with a dash before it for the other way round.");
    }
    return list.stream().sorted(turned ? order.reversed() : order).toList();
  }
}
