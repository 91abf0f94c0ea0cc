package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Raw;
import io.nexus.server.mock.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Chat requests, and many of them at once. */
final class Chats {

  static final String PATH = "/v1/chat/completions";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Chats() {}

  /** A request for a model with more fields, such as {@code "n":2}. */
  static String body(String model, String... fields) {
    StringBuilder body = new StringBuilder("{\"model\":\"").append(model).append('"');
    for (String field : fields) {
      body.append(',').append(field);
    }
    return body.append(",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}").toString();
  }

  /** Sends one on a connection of its own. */
  static Answer send(GatewayBox box, String body, String... headerLines) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      return client.post(PATH, body, headerLines);
    }
  }

  /**
   * What a request is charged, in nano-dollars, if its backend answers with that body.
   *
   * @param toml of a gateway with that one backend
   * @param type the body's media type
   */
  static long charged(String toml, String type, String body, String ask) throws Exception {
    var head =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(type, body.length());
    var raw = new Raw(List.of(Wire.bytes(head + body)), Pace.atOnce(), true);
    try (Upstream upstream = Upstream.start(_ -> raw);
        GatewayBox box = GatewayBox.start(toml, upstream)) {
      var answer = send(box, ask);
      assertEquals(200, answer.status(), answer::text);
      return GatewayBox.nanos(box.idle().at("/budget/current_spending_usd"));
    }
  }

  /** Sends this number at the same moment, each on its own connection, and reads all answers. */
  static List<Answer> atOnce(GatewayBox box, int count, IntFunction<String> body)
      throws InterruptedException, ExecutionException {
    return atOnce(box.port(), PATIENCE, count, body);
  }

  /** The same to the gateway on that port, with a timeout for each read. */
  static List<Answer> atOnce(int port, Duration patience, int count, IntFunction<String> body)
      throws InterruptedException, ExecutionException {
    CountDownLatch connected = new CountDownLatch(count);
    List<Future<Answer>> answers = new ArrayList<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        String text = body.apply(i);
        answers.add(
            clients.submit(
                () -> {
                  try (RawHttp client = RawHttp.connect(port).patient(patience)) {
                    connected.countDown();
                    connected.await();
                    return client.post(PATH, text);
                  }
                }));
      }
    }
    List<Answer> all = new ArrayList<>();
    for (Future<Answer> answer : answers) {
      all.add(answer.get());
    }
    return all;
  }

  /** How many answers have that status. */
  static long count(List<Answer> answers, int status) {
    return answers.stream().filter(answer -> answer.status() == status).count();
  }

  /** A header that must be there. */
  static String header(Answer answer, String name) {
    return answer
        .header(name)
        .orElseThrow(() -> new AssertionError("no " + name + " in " + answer.head()));
  }
}
