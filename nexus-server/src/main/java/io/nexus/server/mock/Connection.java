package io.nexus.server.mock;

/** One client's connection to an upstream. */
sealed interface Connection permits UpstreamConnection, PlainConnection {

  /** Reads, on the thread that calls it, and answers what came; returns when both have ended. */
  void serve();

  /** Ends the connection from this side, whatever it was doing. */
  void drop();
}
