package io.nexus.config;

/** What came of reading one value. */
sealed interface Parsed<T> {

  /** It is allowed. */
  record Ok<T>(T value) implements Parsed<T> {}

  /** It is not; with what is wrong about it, in words that do not repeat a secret. */
  record Wrong<T>(String wrong) implements Parsed<T> {}

  /** An allowed value. */
  static <T> Parsed<T> ok(T value) {
    return new Ok<>(value);
  }

  /** A value that is not allowed. */
  static <T> Parsed<T> wrong(String wrong) {
    return new Wrong<>(wrong);
  }
}
