package io.nexus.ledger.jdbc.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A network line between gateways and their database: as long as the test says, and cut in several
 * ways. Safe for many threads.
 */
public final class Line implements AutoCloseable {

  /** The fate of sent bytes. */
  public enum Cut {
    /** It arrives. */
    NONE,
    /** Nothing arrives, without an error. */
    SILENT,
    /** Requests arrive, answers do not. */
    ANSWERS_LOST,
    /** Connections are reset. */
    RESET
  }

  private static final int BYTES_AT_ONCE = 8192;
  private static final int UNDER_WAY_AT_MOST = 4096;
  private static final byte[] END = {};

  private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Trap> trap = new AtomicReference<>(Trap.NONE);
  private final int database;
  private final AtomicLong roundTrips = new AtomicLong();
  private volatile Cut cut = Cut.NONE;
  private volatile long delayNanos;

  /** Bytes that arrive at a moment; none is the end. */
  @SuppressWarnings("ArrayRecordComponent") // Not compared.
  private record Sent(byte[] bytes, long dueNanos) {}

  /** Freezes the connection that says so, before that or after it has arrived. */
  private record Trap(String text, boolean after, CountDownLatch sprung) {
    static final Trap NONE = new Trap("", false, new CountDownLatch(0));

    boolean catches(byte[] bytes) {
      return !text.isEmpty() && new String(bytes, ISO_8859_1).contains(text);
    }
  }

  /**
   * A line to a port of this machine.
   *
   * @throws IOException no port is free
   */
  public Line(int database) throws IOException {
    this.database = database;
    Thread.ofVirtual().name("line").start(this::accept);
  }

  /** Where gateways connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Delays bytes from now on, in each direction: half of the round trip. */
  public void delay(long millis) {
    delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Lengthens the round trip from now on. */
  public void roundTrip(Duration longer) {
    delayNanos = longer.toNanos() / 2;
  }

  /** How often gateways have sent something after an answer, or at first: the round trips. */
  public long roundTrips() {
    return roundTrips.get();
  }

  /** Cuts all connections, and those to come. */
  public void cut(Cut how) {
    cut = how;
    if (how == Cut.RESET) {
      resetAll();
    }
  }

  /** Forwards again. A connection that has lost something is of no more use, and is closed. */
  public void mend() {
    resetAll();
    cut = Cut.NONE;
  }

  /**
   * Freezes the next connection in which the gateway sends this text: neither it nor anything after
   * it arrives, in either direction, and neither side is told, not even when the other one closes.
   * Other connections go on.
   *
   * @return down when a connection has been frozen
   */
  public CountDownLatch freezeAt(String text) {
    return set(new Trap(text, false, new CountDownLatch(1)));
  }

  /** As {@link #freezeAt}, but what has the text arrives, and its answer does not. */
  public CountDownLatch freezeAfter(String text) {
    return set(new Trap(text, true, new CountDownLatch(1)));
  }

  private CountDownLatch set(Trap next) {
    trap.set(next);
    return next.sprung();
  }

  private void resetAll() {
    connections.forEach(Connection::reset);
    connections.clear();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException _) {
        // The test has ended, or the database is not there: the gateway sees its own failure.
      }
    }
  }

  private void connect(Socket gateway) throws IOException {
    if (cut == Cut.RESET) {
      reset(gateway);
      return;
    }
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), database);
    } catch (IOException e) {
      reset(gateway);
      throw e;
    }
    gateway.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    var connection = new Connection(gateway, server);
    connections.add(connection);
    connection.start();
  }

  /** Without lingering, a close sends a reset. */
  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException _) {
      // It has been closed meanwhile, which is what is wanted.
    }
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed whatever it says.
    }
  }

  /** A gateway's connection and the one to the database that stands for it. */
  private final class Connection {
    private final Socket gateway;
    private final Socket server;
    private final AtomicBoolean answered = new AtomicBoolean(true);
    private volatile boolean frozen;

    Connection(Socket gateway, Socket server) {
      this.gateway = gateway;
      this.server = server;
    }

    void start() {
      forward(gateway, server, false);
      forward(server, gateway, true);
    }

    void reset() {
      Line.reset(gateway);
      Line.reset(server);
    }

    private void forward(Socket from, Socket to, boolean answers) {
      var underWay = new LinkedBlockingQueue<Sent>(UNDER_WAY_AT_MOST);
      Thread.ofVirtual().start(() -> read(from, underWay, answers));
      Thread.ofVirtual().start(() -> write(to, underWay));
    }

    private void read(Socket from, BlockingQueue<Sent> underWay, boolean answers) {
      try {
        var in = from.getInputStream();
        var bytes = new byte[BYTES_AT_ONCE];
        for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
          var some = Arrays.copyOf(bytes, read);
          if (answers) {
            answered.set(true);
          } else if (answered.compareAndSet(true, false)) {
            roundTrips.incrementAndGet();
          }
          if (arrives(answers) && (answers || passes(some))) {
            underWay.put(new Sent(some, System.nanoTime() + delayNanos));
          }
        }
      } catch (IOException | InterruptedException _) {
        // A reset is an end like another.
      }
      end(underWay);
    }

    private void end(BlockingQueue<Sent> underWay) {
      try {
        underWay.put(new Sent(END, System.nanoTime() + delayNanos));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean arrives(boolean answers) {
      return !frozen && (cut == Cut.NONE || (cut == Cut.ANSWERS_LOST && !answers));
    }

    /** Whether it arrives; springs the trap. */
    private boolean passes(byte[] bytes) {
      var set = trap.get();
      if (!set.catches(bytes) || !trap.compareAndSet(set, Trap.NONE)) {
        return true;
      }
      frozen = true;
      set.sprung().countDown();
      return set.after();
    }

    private void write(Socket to, BlockingQueue<Sent> underWay) {
      try {
        for (var next = underWay.take(); next.bytes().length > 0; next = underWay.take()) {
          TimeUnit.NANOSECONDS.sleep(next.dueNanos() - System.nanoTime());
          to.getOutputStream().write(next.bytes());
        }
      } catch (IOException | InterruptedException _) {
        // The end that is gone takes the other one with it, below.
      }
      if (!frozen && cut != Cut.SILENT) {
        close(gateway);
        close(server);
        connections.remove(this);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    resetAll();
  }
}
