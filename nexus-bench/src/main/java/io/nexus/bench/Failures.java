package io.nexus.bench;

/** One line about a failure, for people. */
final class Failures {
  private Failures() {}

  static String describe(Throwable failure) {
    var message = failure.getMessage();
    var cause = failure.getCause();
    var text = message == null ? failure.getClass().getSimpleName() : message;
    return cause == null ? text : text + ": " + describe(cause);
  }
}
