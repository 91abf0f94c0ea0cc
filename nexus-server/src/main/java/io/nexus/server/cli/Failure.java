package io.nexus.server.cli;

import io.nexus.server.ListenException;
import io.nexus.server.StartException;
import java.io.PrintWriter;

/** Ends a command with an exit code other than 0. */
final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The exit code of a failure. */
  static final int WORK = 1;

  /** The exit code of wrong usage or configuration. */
  static final int USAGE = 2;

  private final int exitCode;

  /** A failure already reported. */
  Failure(int exitCode) {
    this(exitCode, "");
  }

  /**
   * A failure with a message.
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
   * Prints in one line why a command ended.
   *
   * @param command its name
   * @return the exit code
   */
  static int report(Exception problem, String command, PrintWriter err) {
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
