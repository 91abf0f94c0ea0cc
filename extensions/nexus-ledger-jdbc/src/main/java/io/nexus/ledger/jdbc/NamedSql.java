package io.nexus.ledger.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A statement whose parameters have names.
 *
 * @param sql with a question mark for each parameter
 * @param names of the parameters, in the order of the question marks; a name may occur twice
 */
record NamedSql(String sql, List<String> names) {

  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

  /** Parses a statement with parameters written as <code>{name}</code>. */
  static NamedSql of(String text) {
    var names = new ArrayList<String>();
    var sql =
        PARAMETER
            .matcher(text)
            .replaceAll(
                found -> {
                  names.add(found.group(1));
                  return "?";
                });
    return new NamedSql(sql, List.copyOf(names));
  }
}
