package io.nexus.server.mock;

import java.io.IOException;

/** Takes the bytes of a message's body as they are read. */
@FunctionalInterface
public interface BodySink {

  /** Drops all bytes. */
  BodySink DISCARD = (_, _, _, _) -> {};

  /**
   * Takes the next bytes.
   *
   * @param buffer valid during the call only
   * @param offset the first byte
   * @param length how many
   * @param readAtNanos {@link System#nanoTime} just after they were read from the socket
   * @throws IOException if it takes no more
   */
  void accept(byte[] buffer, int offset, int length, long readAtNanos) throws IOException;
}
