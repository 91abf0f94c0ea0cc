package io.nexus.bench.load;

/** Takes the bytes of a message's body as they are read. */
@FunctionalInterface
interface BodySink {

  /** Drops what it gets. */
  BodySink DISCARD = (_, _, _, _) -> {};

  /**
   * Takes the next bytes.
   *
   * @param buffer valid during the call only
   * @param offset the first byte
   * @param length how many
   * @param readAtNanos {@link System#nanoTime} just after they came off the socket
   */
  void accept(byte[] buffer, int offset, int length, long readAtNanos);
}
