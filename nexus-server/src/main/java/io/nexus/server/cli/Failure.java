package io.nexus.server.cli;

/** A command that ends with an exit code other than 0. */
final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** It failed at work. */
  static final int WORK = 1;

  /** It was used or configured wrongly. */
  static final int USAGE = 2;

  private final int exitCode;

  /** One that has been told of already. */
  Failure(int exitCode) {
    this(exitCode, "");
  }

  /**
   * One to be told of.
   *
   * @param message what: where: what to do
   */
  Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
