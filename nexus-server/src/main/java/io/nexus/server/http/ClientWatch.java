package io.nexus.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.HelidonSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection's client: how long it may take, what its bodies take of the heap, and whether it
 * is still there. It notices at once when the client leaves while an answer streams to it, instead
 * of at the second write after that (the first one still succeeds).
 *
 * <p>It reads ahead from the connection on a virtual thread of its own: the end of the input means
 * that the client is gone, and bytes are the beginning of its next request, which are handed on
 * when the connection's thread comes to read them. So at most one of both threads reads.
 */
public final class ClientWatch implements Supplier<byte @Nullable []> {

  private static final ScopedValue<ClientWatch> CURRENT = ScopedValue.newInstance();

  private final DataReader identified;
  private final HelidonSocket socket;
  private final ConnectionDeadlines.Deadline deadline;
  private final BodiesInFlight.Share bodies;
  private boolean idle = true;
  private boolean firstLineDue = true;
  private final AtomicReference<Runnable> whenGone = new AtomicReference<>(ClientWatch::nothing);
  private volatile boolean gone;
  private @Nullable CompletableFuture<byte @Nullable []> ahead;

  ClientWatch(
      DataReader identified,
      HelidonSocket socket,
      ConnectionDeadlines.Deadline deadline,
      BodiesInFlight.Share bodies) {
    this.identified = identified;
    this.socket = socket;
    this.deadline = deadline;
    this.bodies = bodies;
    deadline.head(); // Who connects and sends nothing is late, too.
  }

  /** How long the client may take for what it is waited for. */
  ConnectionDeadlines.Deadline deadline() {
    return deadline;
  }

  /** What the bodies of the request that is served take of the heap. */
  public BodiesInFlight.Share bodies() {
    return bodies;
  }

  /** The head of a request is complete. */
  public void requestBegan() {
    idle = false;
    deadline.met();
  }

  /** A request has been answered; from the first byte of the next one on, that one's head runs. */
  public void requestEnded() {
    bodies.giveBack();
    idle = true;
    firstLineDue = true;
  }

  /** The watch over the client whose request this thread serves. */
  public static ClientWatch current() {
    return CURRENT.get();
  }

  static ScopedValue.Carrier bind(ClientWatch watch) {
    return ScopedValue.where(CURRENT, watch);
  }

  /** The next bytes of the connection, for the thread that serves it; null at its end. */
  @Override
  public byte @Nullable [] get() {
    var bytes = next();
    if (idle) {
      idle = false;
      deadline.head();
    }
    return bytes;
  }

  /** Whether the first line of a request is still to be read; asking again says no. */
  boolean firstLineIsDue() {
    boolean due = firstLineDue;
    firstLineDue = false;
    return due;
  }

  private byte @Nullable [] next() {
    var reading = ahead;
    if (reading == null) {
      int left = identified.available();
      return left > 0 ? identified.readBytes(left) : socket.get();
    }
    ahead = null;
    try {
      return reading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException e) {
      return null;
    }
  }

  /**
   * Has the action run once, on another thread, when the client leaves; at once if it has left.
   * Called by the thread that serves the connection, while it reads nothing from it.
   */
  public void onGone(Runnable action) {
    whenGone.set(action);
    if (gone) {
      tell();
    } else if (ahead == null) {
      var reading = new CompletableFuture<byte @Nullable []>();
      ahead = reading;
      Thread.ofVirtual().name("client-watch").start(() -> readAhead(reading));
    }
  }

  /** Forgets the action. */
  public void forget() {
    whenGone.set(ClientWatch::nothing);
  }

  /** Whether the client has been seen leaving. */
  public boolean isGone() {
    return gone;
  }

  /**
   * Sends bytes to the client as they are, for the thread that serves the connection.
   *
   * @throws RuntimeException if the client is gone
   */
  public void send(BufferData bytes) {
    deadline.write();
    socket.write(bytes);
    deadline.met();
  }

  private void readAhead(CompletableFuture<byte @Nullable []> reading) {
    byte[] bytes = null;
    try {
      bytes = socket.get();
    } catch (RuntimeException e) {
      // A reset connection, or one that the server closed itself, has ended as well.
    }
    if (bytes == null) {
      gone = true;
      tell();
    }
    reading.complete(bytes);
  }

  private void tell() {
    whenGone.getAndSet(ClientWatch::nothing).run();
  }

  private static void nothing() {}
}
