package io.nexus.bench.money;

import io.nexus.server.mock.Wire.Header;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;

/** A gateway in front of the mock upstream, with the operations of the scenarios. */
interface TestedGateway extends AutoCloseable {

  /** Where it listens: one address for each replica. */
  List<URI> replicas();

  /**
   * Creates a key with a budget.
   *
   * @return the headers that authenticate with it
   */
  List<Header> newKey(String name, long limitNanos) throws IOException, InterruptedException;

  /**
   * The reported spend of a key, once no request runs.
   *
   * @return empty if the gateway cannot be queried
   */
  OptionalLong spentNanos(String key) throws IOException, InterruptedException;

  /** Whether there is a way to kill and start it again. */
  boolean canBeKilled();

  /** Ends it as {@code kill -9} does and starts it again; returns when it answers. */
  void killAndStart() throws IOException, InterruptedException;

  /** Whether the last replica can be cut off its database. */
  boolean canBeCut();

  /** Cuts the last replica off its database, or reconnects it. */
  void cut(boolean isCut) throws IOException, InterruptedException;

  /** Whether the database can be made to seem far away. */
  boolean canBeLate();

  /** Adds latency between all replicas and the database. */
  void delay(long roundTripMillis) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
