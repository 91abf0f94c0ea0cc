package io.nexus.bench;

/** Describes failures in one line. */
final class Failures {
  private Failures() {}

  static String describe(Throwable failure) {
    var message = failure.getMessage();
    var cause = failure.getCause();
    var text = message == null ? failure.getClass().getSimpleName() : message;
    return cause == null ? text : text + ": " + describe(cause);
  }
}
