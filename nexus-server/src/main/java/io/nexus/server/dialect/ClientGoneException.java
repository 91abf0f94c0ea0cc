package io.nexus.server.dialect;

/** The client has left: nothing more can be written to it. */
public final class ClientGoneException extends Exception {

  private static final long serialVersionUID = 1L;

  /** It was seen leaving. */
  public ClientGoneException() {
    super("the client left");
  }

  /** Writing to it failed. */
  public ClientGoneException(Exception cause) {
    super("the client left", cause);
  }
}
