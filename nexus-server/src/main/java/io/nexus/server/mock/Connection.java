package io.nexus.server.mock;

/** One client's connection to an upstream. */
sealed interface Connection permits UpstreamConnection, PlainConnection {

  /** Reads requests on the calling thread and answers them; returns when both have ended. */
  void serve();

  /** Closes the connection from this side. */
  void drop();
}
