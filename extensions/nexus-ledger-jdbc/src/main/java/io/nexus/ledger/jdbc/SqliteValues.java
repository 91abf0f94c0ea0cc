package io.nexus.ledger.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A statement with a list of values, for ten of them or for one: ten in one statement take half the
 * time of ten statements, and few lengths stay prepared.
 *
 * @param one the statement for one
 * @param many the statement for {@link #MANY}
 */
record SqliteValues(String one, String many) {

  private static final int MANY = 10;

  /**
   * A statement from its parts.
   *
   * @param value one of the values; {@code #} becomes its position in the list, from 0
   */
  SqliteValues(String before, String value, String after) {
    this(before + list(value, 1) + after, before + list(value, MANY) + after);
  }

  private static String list(String value, int length) {
    return IntStream.range(0, length)
        .mapToObj(i -> value.replace("#", String.valueOf(i)))
        .collect(Collectors.joining(", "));
  }

  /** The statement for the length of a part. */
  String of(int length) {
    return length == 1 ? one : many;
  }

  /** Divides a list into parts for which there are statements. */
  static <T> List<List<T>> parts(List<T> all) {
    var parts = new ArrayList<List<T>>();
    for (int from = 0; from < all.size(); ) {
      int to = from + (all.size() - from < MANY ? 1 : MANY);
      parts.add(all.subList(from, to));
      from = to;
    }
    return parts;
  }
}
