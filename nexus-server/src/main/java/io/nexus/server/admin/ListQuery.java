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
 * What a request for a list asks for beside its {@link Page}. All methods throw {@link
 * ApiException} with status 400 and the parameter as its param where a value is not what it has to
 * be.
 */
final class ListQuery {

  /** Where settings come from. */
  static final List<String> SOURCES = List.of("configuration", "admin");

  private static final String SORT = "sort";
  private static final Set<String> PAGING = Set.of("limit", "after", SORT, "search");

  private final ServerRequest request;

  /** The query, which has these parameters, those of every list, and no others. */
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

  /** The same, where a parameter has to be one of these, if it is given. */
  ListQuery with(String parameter, List<String> values) {
    var asked = QueryParameter.first(request, parameter);
    if (asked.isPresent() && !values.contains(asked.get())) {
      throw ApiException.badRequest(
          parameter, "'" + parameter + "' has to be one of " + String.join(", ", values) + ".");
    }
    return this;
  }

  /** Whether the value is the one that the parameter names, if it is given. */
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

  /** Whether one of the texts has what is searched for, in capitals or not. */
  boolean has(Stream<String> texts) {
    var search = QueryParameter.first(request, "search").orElse("").toLowerCase(Locale.ROOT);
    return search.isEmpty()
        || texts.anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(search));
  }

  /** The list in the order that is asked for, or as it is; a dash before its name turns it. */
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
