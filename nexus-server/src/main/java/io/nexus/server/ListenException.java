package io.nexus.server;

/** The gateway cannot listen on the configured address. */
public final class ListenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Reports an unavailable address.
   *
   * @param host the host, as configured
   * @param port the port, as configured
   * @param problem what is wrong with it, and what to do
   */
  public ListenException(String host, int port, String problem) {
    super("server: " + host + ":" + port + ": " + problem);
  }
}
