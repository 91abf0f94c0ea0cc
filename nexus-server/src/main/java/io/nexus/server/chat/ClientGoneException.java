package io.nexus.server.chat;

/** The client has left: nothing more can be written to it. */
final class ClientGoneException extends Exception {

  private static final long serialVersionUID = 1L;

  /** It was seen leaving. */
  ClientGoneException() {
    super("the client left");
  }

  /** Writing to it failed. */
  ClientGoneException(Exception cause) {
    super("the client left", cause);
  }
}
