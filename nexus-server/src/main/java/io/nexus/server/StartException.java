package io.nexus.server;

/** The gateway cannot start as it is configured. */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * A reason not to start.
   *
   * @param what the part that is wrong
   * @param where the name or place of it
   * @param problem what is wrong with it, and what to do
   */
  public StartException(String what, String where, String problem) {
    super(what + ": " + where + ": " + problem);
  }
}
