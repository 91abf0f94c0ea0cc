package io.nexus.server.chat;

/** The client has left: nothing more can be written to it. */
final class ClientGoneException extends Exception {

  private static final long serialVersionUID = 1L;

  ClientGoneException(Exception cause) {
    super("the client left", cause);
  }
}
