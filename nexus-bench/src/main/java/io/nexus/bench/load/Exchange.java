package io.nexus.bench.load;

import java.io.IOException;

/** The repeated operation of a generator on one connection. */
interface Exchange extends AutoCloseable {

  /**
   * Sends one request and reads its answer.
   *
   * @return whether the answer was right
   * @throws IOException if the connection broke; the generator then opens another
   */
  boolean perform() throws IOException;

  @Override
  void close() throws IOException;

  /** Opens connections. */
  @FunctionalInterface
  interface Source {
    /**
     * Opens one.
     *
     * @throws IOException if that fails
     */
    Exchange open() throws IOException;
  }
}
