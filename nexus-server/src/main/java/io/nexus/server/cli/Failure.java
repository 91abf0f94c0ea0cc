package io.nexus.server.cli;

import io.nexus.server.ListenException;
import io.nexus.server.StartException;
import java.io.PrintWriter;

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

  /**
   * Says in a line why a command ended.
   *
   * @param command its name
   * @return the exit code
   */
  static int tell(Exception problem, String command, PrintWriter err) {
    var message = String.valueOf(problem.getMessage());
    if (problem instanceof Failure failure) {
      if (!message.isEmpty()) {
        err.println("nexus: " + message);
      }
      return failure.exitCode;
    }
    if (problem instanceof StartException) {
      err.println("nexus: " + message);
      return USAGE;
    }
    if (problem instanceof ListenException) {
      err.println("nexus: " + message);
      return WORK;
    }
    err.println(
        "nexus: "
            + command
            + ": failed: "
            + problem.getClass().getSimpleName()
            + (problem.getMessage() == null ? "" : ": " + message));
    return WORK;
  }
}
