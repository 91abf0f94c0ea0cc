package io.nexus.config;

/**
 * A key of a table, declared once for reading and for writing.
 *
 * @param name as the file spells it
 * @param type the type of its value
 * @param fallback its default value; the type's placeholder if the key is required or optional
 */
record Key<T>(String name, Type<T> type, T fallback) {

  /** A key with a default. */
  static <T> Key<T> of(String name, Type<T> type, T fallback) {
    return new Key<>(name, type, fallback);
  }

  /** A key that is required, or that may be left out. */
  static <T> Key<T> of(String name, Type<T> type) {
    return new Key<>(name, type, type.placeholder());
  }
}
