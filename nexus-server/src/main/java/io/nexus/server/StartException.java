package io.nexus.server;

/** The gateway cannot start with its configuration. */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * A reason not to start.
   *
   * @param what the kind of part that is wrong
   * @param where its name or place
   * @param problem what is wrong with it, and what to do
   */
  public StartException(String what, String where, String problem) {
    super(what + ": " + where + ": " + problem);
  }
}
