package io.nexus.ledger.jdbc.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for programs that must be told theirs. A port that the kernel chose could be given to any
 * connection before the program listens at it; so these are below the ports that the kernel gives
 * out.
 */
public final class FreePort {

  private static final int FIRST = 10_000;

  /** Linux gives out 32768 and above, unless told otherwise. */
  private static final int END = 32_768;

  private static final int TRIES = 100;

  private FreePort() {}

  /**
   * A port at which nothing listens, on any address of both versions of IP.
   *
   * @throws IOException none was found
   */
  public static int find() throws IOException {
    for (int i = 0; i < TRIES; i++) {
      try (var socket = new ServerSocket(ThreadLocalRandom.current().nextInt(FIRST, END))) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // The next one.
      }
    }
    throw new IOException("no free port from " + FIRST + " to " + END + " in " + TRIES + " tries");
  }
}
