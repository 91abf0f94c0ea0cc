package io.nexus.config;

/** The result of reading one value. */
sealed interface Parsed<T> {

  /** The value is valid. */
  record Ok<T>(T value) implements Parsed<T> {}

  /** The value is not valid; the text says why and never quotes a secret. */
  record Wrong<T>(String wrong) implements Parsed<T> {}

  /** A valid value. */
  static <T> Parsed<T> ok(T value) {
    return new Ok<>(value);
  }

  /** An invalid value. */
  static <T> Parsed<T> wrong(String wrong) {
    return new Wrong<>(wrong);
  }
}
