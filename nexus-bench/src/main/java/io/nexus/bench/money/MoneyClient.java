package io.nexus.bench.money;

import io.nexus.server.mock.Wire;
import io.nexus.server.mock.Wire.Header;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One request on a connection of its own.
 *
 * @param gateway where to
 * @param headers additional headers
 * @param manners how the answer is read
 * @param halfEvents the number of events in half of a stream
 */
record MoneyClient(URI gateway, List<Header> headers, Manners manners, int halfEvents) {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** How an answer is read. */
  enum Manners {
    /** To its end. */
    STAY,
    /** Half of a stream, then closes the connection. */
    LEAVE,
    /** Pauses after the first event. */
    DAWDLE
  }

  /** The result of a request. */
  enum Fate {
    /** Answered. */
    SERVED,
    /** Refused by a budget. */
    REFUSED,
    /** Failed otherwise, or incomplete. */
    FAILED
  }

  /** Sends it and reads the answer. */
  Fate post(String path, String body) {
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      if (manners == Manners.DAWDLE) {
        socket.setReceiveBufferSize(4_096);
      }
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()), 10_000);
      socket.getOutputStream().write(request(path, body));
      return read(new BufferedInputStream(socket.getInputStream()));
    } catch (IOException e) {
      return Fate.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Fate.FAILED;
    }
  }

  private byte[] request(String path, String body) {
    var head = new StringBuilder();
    head.append("POST ").append(path).append(" HTTP/1.1\r\nHost: ").append(gateway.getAuthority());
    head.append("\r\nContent-Type: application/json\r\nConnection: close\r\n");
    headers.forEach(
        header -> head.append(header.name()).append(": ").append(header.value()).append("\r\n"));
    head.append("Content-Length: ").append(Wire.bytes(body).length).append("\r\n\r\n");
    return Wire.bytes(head + body);
  }

  private Fate read(InputStream in) throws IOException, InterruptedException {
    Optional<String> line = Wire.line(in);
    if (line.isEmpty()) {
      return Fate.FAILED;
    }
    int status = Integer.parseInt(line.get().split(" ", 3)[1]);
    List<Header> answer = Wire.headers(in);
    InputStream body = Wire.body(in, answer, -1);
    if (status != 200) {
      return fate(status, Wire.text(body.readAllBytes()));
    }
    boolean isStream =
        Wire.value(answer, "Content-Type").orElse("").startsWith("text/event-stream");
    if (!isStream || manners == Manners.STAY) {
      return Wire.text(body.readAllBytes()).contains("\"error\":{") ? Fate.FAILED : Fate.SERVED;
    }
    int until = manners == Manners.LEAVE ? halfEvents : 1;
    int events = 0;
    while (events < until) {
      Optional<String> next = Wire.line(body);
      if (next.isEmpty()) {
        return Fate.SERVED;
      }
      events += next.get().startsWith("data:") ? 1 : 0;
    }
    if (manners == Manners.DAWDLE) {
      Thread.sleep(PAUSE);
      body.readAllBytes();
    }
    return Fate.SERVED;
  }

  private static Fate fate(int status, String body) {
    String text = body.toLowerCase(Locale.ROOT);
    boolean isOfMoney = text.contains("budget") || text.contains("quota") || text.contains("spend");
    return status == 402 || (status >= 400 && isOfMoney) ? Fate.REFUSED : Fate.FAILED;
  }
}
