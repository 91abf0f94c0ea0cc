package io.nexus.bench.money;

import io.nexus.server.mock.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/** A proxy between a gateway and its database that can add latency and cut the connection. */
final class DatabaseLine implements AutoCloseable {

  private static final int BUFFER_BYTES = 16 * 1024;

  private final int databasePort;
  private final Listener listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile long delayNanos;
  private volatile boolean isCut;

  DatabaseLine(int databasePort) throws IOException {
    this.databasePort = databasePort;
    this.listener = Listener.start(0, Thread.ofVirtual().name("database-line"), this::serve);
  }

  int port() {
    return listener.port();
  }

  /** Adds latency, half of it each way. */
  void delay(long roundTripMillis) {
    delayNanos = TimeUnit.MILLISECONDS.toNanos(roundTripMillis) / 2;
  }

  /** Drops all connections and refuses new ones until called with false. */
  void cut(boolean cut) throws IOException {
    isCut = cut;
    if (cut) {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  private void serve(Socket client) {
    if (isCut) {
      return;
    }
    try (var database = new Socket(InetAddress.getLoopbackAddress(), databasePort)) {
      database.setTcpNoDelay(true);
      sockets.add(client);
      sockets.add(database);
      if (isCut) {
        return;
      }
      var back = Thread.ofVirtual().start(() -> pass(database, client));
      pass(client, database);
      back.join();
      sockets.remove(client);
      sockets.remove(database);
    } catch (IOException e) {
      // The database is unreachable: closes the client's connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Bytes read, and the time to forward them. */
  @SuppressWarnings("ArrayRecordComponent") // Parcels are never compared by content.
  private record Parcel(byte[] bytes, long due) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(due, ((Parcel) other).due);
    }
  }

  private void pass(Socket from, Socket to) {
    var parcels = new DelayQueue<Parcel>();
    var writing = Thread.ofVirtual().start(() -> write(parcels, to));
    try {
      InputStream in = from.getInputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        parcels.add(new Parcel(Arrays.copyOf(buffer, count), System.nanoTime() + delayNanos));
      }
    } catch (IOException e) {
      // Cut, or closed by either side: both are closed below.
    }
    parcels.add(new Parcel(new byte[0], System.nanoTime() + delayNanos));
    try {
      writing.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(DelayQueue<Parcel> parcels, Socket to) {
    try (to) {
      OutputStream out = to.getOutputStream();
      for (Parcel next = parcels.take(); next.bytes().length > 0; next = parcels.take()) {
        out.write(next.bytes());
      }
    } catch (IOException e) {
      // Cut, or closed by the other side.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut(true);
  }
}
