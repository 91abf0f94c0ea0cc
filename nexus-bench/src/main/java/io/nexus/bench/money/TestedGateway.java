package io.nexus.bench.money;

import io.nexus.server.mock.Wire.Header;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;

/** A gateway before the mock upstream, and what can be done to it and asked of it. */
interface TestedGateway extends AutoCloseable {

  /** Where it listens: one address for each replica. */
  List<URI> replicas();

  /**
   * Makes a key that may spend so much.
   *
   * @return the headers that show it
   */
  List<Header> newKey(String name, long limitNanos) throws IOException, InterruptedException;

  /**
   * What it says that was spent with a key, once nothing is under way any more.
   *
   * @return empty where it cannot be asked
   */
  OptionalLong spentNanos(String key) throws IOException, InterruptedException;

  /** Whether there is a way to kill and start it again. */
  boolean canBeKilled();

  /** Ends it as {@code kill -9} does and starts it again; returns when it answers. */
  void killAndStart() throws IOException, InterruptedException;

  /** Whether the last replica can be cut off its database. */
  boolean canBeCut();

  /** Cuts the last replica off its database, or joins them again. */
  void cut(boolean isCut) throws IOException, InterruptedException;

  /** Whether the database can be made to seem far away. */
  boolean canBeLate();

  /** Has all replicas wait so long for whatever goes to the database and comes back. */
  void delay(long roundTripMillis) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
