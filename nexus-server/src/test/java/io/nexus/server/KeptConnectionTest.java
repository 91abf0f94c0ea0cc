package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Wire;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Connections to a backend that are kept, and what backends do to them meanwhile. */
class KeptConnectionTest {

  /** Sends the test's answer to each request, and keeps its connections until {@code close}. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger chats = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final IntFunction<String> answer;

    Server(IntFunction<String> answer) throws IOException {
      this.answer = answer;
      Thread.ofVirtual().name("keeping-server").start(this::accept);
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = listener.accept();
          open.add(socket);
          connections.incrementAndGet();
          Thread.ofVirtual().name("kept").start(() -> serve(socket));
        }
      } catch (IOException e) {
        // Closed.
      }
    }

    private void serve(Socket socket) {
      try {
        var in = new BufferedInputStream(socket.getInputStream());
        for (var line = Wire.line(in); line.isPresent(); line = Wire.line(in)) {
          var headers = Wire.headers(in);
          var _ = Wire.body(in, headers, 0).readAllBytes();
          boolean chat = line.get().startsWith("POST");
          String text = chat ? answer.apply(chats.incrementAndGet()) : whole("{}");
          socket.getOutputStream().write(Wire.bytes(text));
        }
      } catch (IOException e) {
        // Closed by either side.
      } finally {
        open.remove(socket);
      }
    }

    /** As servers do with connections that were idle for some seconds. */
    void closeIdle() throws IOException {
      for (Socket socket : open) {
        socket.close();
      }
      open.clear();
    }

    /** Sends it on all connections that are still open, and waits until it has arrived. */
    void sendToAll(String text) throws Exception {
      for (Socket socket : open) {
        try {
          socket.getOutputStream().write(Wire.bytes(text));
          awaitArrival(socket);
        } catch (IOException e) {
          // Cut by the gateway.
        }
      }
    }

    /** The system moves bytes between two sockets of its own at a time of its choice. */
    private void awaitArrival(Socket socket) throws Exception {
      var ends =
          ":%04X ".formatted(socket.getPort()) + "\\w+:%04X ".formatted(socket.getLocalPort());
      var waiting = Pattern.compile(ends + "\\w\\w \\w{8}:(?!0{8})");
      long end = System.nanoTime() + 10_000_000_000L;
      while (open.contains(socket) && !waiting.matcher(sockets()).find()) {
        assertTrue(System.nanoTime() < end, () -> "nothing waits at " + ends);
        Thread.sleep(1);
      }
    }

    private static String sockets() throws IOException {
      return Files.readString(Path.of("/proc/net/tcp6"))
          + Files.readString(Path.of("/proc/net/tcp"));
    }

    GatewayBox gateway() throws IOException {
      String url = "http://127.0.0.1:" + listener.getLocalPort() + "/v1";
      return GatewayBox.start(GatewayBox.ONE_CLOUD.replace("{0}", url));
    }

    @Override
    public void close() throws IOException {
      listener.close();
      closeIdle();
    }
  }

  private static String whole(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(body.length(), body);
  }

  private static String completion(int number) {
    return whole(
        "{\"choices\":[{\"message\":{\"content\":\"answer %d.\"},\"finish_reason\":\"stop\"}],"
                .formatted(number)
            + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}");
  }

  private static void assertServed(RawHttp client, int number) throws IOException {
    var answer = client.post(GatewayBox.CHAT, GatewayBox.ask());
    assertEquals(200, answer.status(), answer.text());
    assertTrue(answer.text().contains("answer " + number + "."), answer.text());
  }

  @Test
  void connection_usedAgain_isTheSame() throws Exception {
    try (var server = new Server(KeptConnectionTest::completion);
        var box = server.gateway();
        var client = box.connect()) {
      for (int i = 1; i <= 10; i++) {
        assertServed(client, i);
      }
      assertEquals(1, server.connections.get());
    }
  }

  @Test
  void connection_closedByTheBackendWhileIdle_isReplacedAndNoFailure() throws Exception {
    try (var server = new Server(KeptConnectionTest::completion);
        var box = server.gateway();
        var client = box.connect()) {
      for (int i = 1; i <= 10; i++) {
        assertServed(client, i);
        server.closeIdle();
      }
      assertEquals(10, server.chats.get(), "each is sent once");
      var stats = box.idle();
      assertEquals(0, stats.at("/backends/0/errors").asInt());
      assertEquals(0, stats.at("/requests/errors").asInt());
    }
  }

  @Test
  void answer_thatNobodyAskedFor_reachesNoClient() throws Exception {
    try (var server = new Server(KeptConnectionTest::completion);
        var box = server.gateway();
        var client = box.connect()) {
      for (int i = 1; i <= 5; i++) {
        assertServed(client, i);
        server.sendToAll(completion(100 + i));
      }
      assertEquals(0, box.idle().at("/backends/0/errors").asInt());
    }
  }

  @Test
  void answers_twoAtOnce_theSecondReachesNoClient() throws Exception {
    try (var server = new Server(number -> completion(number) + completion(100 + number));
        var box = server.gateway();
        var client = box.connect()) {
      for (int i = 1; i <= 5; i++) {
        assertServed(client, i);
      }
      assertEquals(5, server.chats.get());
    }
  }

  @Test
  void chunk_withoutItsLineEnd_breaksTheAnswerOff() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    try (var server =
            new Server(
                number ->
                    number == 1
                        ? head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n"
                        : completion(number));
        var box = server.gateway();
        var client = box.connect()) {
      var broken = client.post(GatewayBox.CHAT, GatewayBox.ask());
      assertEquals(502, broken.status(), broken.text());
      assertServed(client, 2);
    }
  }
}
