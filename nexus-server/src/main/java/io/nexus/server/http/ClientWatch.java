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
 * Watches one connection's client: its deadlines, the heap taken by its bodies, and its presence.
 * It notices at once when the client leaves during a stream, instead of at the second write
 * afterwards (the first one still succeeds).
 *
 * <p>It reads ahead on its own virtual thread: the end of the input means that the client is gone;
 * bytes are the beginning of the next request and are passed to the connection's thread when it
 * reads. At most one of the two threads reads at a time.
 */
public final class ClientWatch implements Supplier<byte @Nullable []> {

  private static final ScopedValue<ClientWatch> CURRENT = ScopedValue.newInstance();

  private final DataReader identified;
  private final HelidonSocket socket;
  private final ConnectionDeadlines.Deadline deadline;
  private final BodiesInFlight.Share bodies;
  private boolean idle = true;
  private boolean firstLineDue = true;
  private boolean refusedBody;
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
    deadline.head(); // The deadline also applies to clients that connect and send nothing.
  }

  /** The client's current deadline. */
  ConnectionDeadlines.Deadline deadline() {
    return deadline;
  }

  /** The heap taken by the current request's bodies. */
  public BodiesInFlight.Share bodies() {
    return bodies;
  }

  /** The head of a request is complete. */
  public void requestBegan() {
    idle = false;
    refusedBody = false;
    deadline.met();
  }

  /** The current request's body is refused: the rest of it is not worth reading. */
  void refuseBody() {
    refusedBody = true;
  }

  /** Whether the current or last request's body was refused. */
  public boolean refusedBody() {
    return refusedBody;
  }

  /** Begins a wait for the rest of a body whose request has been answered. */
  public void awaitBody() {
    deadline.body();
  }

  /** Ends that wait. */
  public void bodyArrived() {
    deadline.met();
  }

  /** A request has been answered; the deadline of the next head starts with its first byte. */
  public void requestEnded() {
    bodies.giveBack();
    idle = true;
    firstLineDue = true;
  }

  /** The watch of the client that this thread serves. */
  public static ClientWatch current() {
    return CURRENT.get();
  }

  static ScopedValue.Carrier bind(ClientWatch watch) {
    return ScopedValue.where(CURRENT, watch);
  }

  /** The next bytes for the thread that serves the connection; null at the end. */
  @Override
  public byte @Nullable [] get() {
    var bytes = next();
    if (idle) {
      idle = false;
      deadline.head();
    }
    return bytes;
  }

  /** Whether the first line of a request comes next; false at further calls. */
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
   * Runs the action once, on another thread, when the client leaves; at once if it has left. Called
   * by the thread that serves the connection, while that thread does not read.
   */
  public void onGone(Runnable action) {
    whenGone.set(action);
    if (gone) {
      runAction();
    } else if (ahead == null) {
      var reading = new CompletableFuture<byte @Nullable []>();
      ahead = reading;
      Thread.ofVirtual().name("client-watch").start(() -> readAhead(reading));
    }
  }

  /** Removes the action. */
  public void forget() {
    whenGone.set(ClientWatch::nothing);
  }

  /** Whether the client has been seen leaving. */
  public boolean isGone() {
    return gone;
  }

  /**
   * Sends raw bytes to the client; for the thread that serves the connection.
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
      // A connection reset, or closed by the server itself, counts as ended.
    }
    if (bytes == null) {
      gone = true;
      runAction();
    }
    reading.complete(bytes);
  }

  private void runAction() {
    whenGone.getAndSet(ClientWatch::nothing).run();
  }

  private static void nothing() {}
}
