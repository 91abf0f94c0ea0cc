package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Raw;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One launched gateway with the heap that it has by default, and clients and backends that would
 * end it. It serves others meanwhile, and holds nothing for them once their time is over.
 */
@Timeout(240)
class HostileClientsIT {

  private static final String CONFIG =
      """
      [server]
      header_timeout_seconds = 2
      body_timeout_seconds = 3
      write_timeout_seconds = 2
      [budget]
      monthly_limit = 1000000
      [ledger]
      url = "memory"
      """;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MEBIBYTE = 1 << 20;
  private static final int LARGE = 200;
  private static final int UPLOADS = 40;
  private static final int UPLOAD_BYTES = 30_000_000;

  @TempDir private static Path temp;
  private static Station station;
  private static LaunchedGateway gateway;

  private final List<RawHttp> clients = new ArrayList<>();

  /** How an answer of 200 MB is framed. */
  enum Form {
    JSON("application/json", "{\"choices\":[{\"message\":{\"content\":\"", "\"}}]}"),
    EVENTS("text/event-stream", event("a"), "data: [DONE]\n\n"),
    /** A stream whose one event never ends. */
    ONE_EVENT("text/event-stream", "data: {\"choices\":[{\"delta\":{\"content\":\"", "");

    private final String type;
    private final String begin;
    private final String end;

    Form(String type, String begin, String end) {
      this.type = type;
      this.begin = begin;
      this.end = end;
    }

    private static String event(String text) {
      return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
    }

    /** A mebibyte of it; the parts of an answer are one array. */
    private byte[] part() {
      if (this != EVENTS) {
        var bytes = new byte[MEBIBYTE];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
      }
      var event = event("word ".repeat(400));
      return Wire.bytes(event.repeat(MEBIBYTE / event.length()));
    }

    Raw answer() {
      var parts = new ArrayList<byte[]>();
      var head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " + type + "\r\n\r\n";
      parts.add(Wire.bytes(head + begin));
      parts.addAll(Collections.nCopies(LARGE, part()));
      parts.add(Wire.bytes(end));
      return new Raw(List.copyOf(parts), Pace.atOnce(), true);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    station = Station.open(temp);
    gateway = station.gateway("one", CONFIG);
  }

  @AfterAll
  static void stop() throws Exception {
    station.close();
  }

  @BeforeEach
  void answerAsUsual() {
    station.upstream().script(Station::answer);
  }

  private RawHttp client() throws IOException {
    var client = gateway.connect().patient(PATIENCE);
    clients.add(client);
    return client;
  }

  private static void assertServed() throws IOException {
    try (var client = gateway.connect()) {
      var answer = client.post(Chats.PATH, Station.ask());
      assertEquals(200, answer.status(), answer::text);
    }
  }

  /** While they are still connected. */
  @AfterEach
  void assertNothingIsHeld() throws Exception {
    var stats =
        gateway.await(
            seen ->
                GatewayBox.nanos(seen.at("/budget/held_usd")) == 0
                    && seen.at("/backends/0/pending").asInt() == 0);
    long charged = GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
    long billed = station.upstream().billNanos();
    assertTrue(charged >= billed, "charged " + charged + " of " + billed);
    station.upstream().script(Station::answer);
    assertServed();
    // The room for bodies is free again: this takes a quarter of it.
    var large =
        Chats.body(
            "m", "\"max_tokens\":500", "\"metadata\":{\"a\":\"" + "x".repeat(33_000_000) + "\"}");
    try (var client = gateway.connect().patient(PATIENCE)) {
      var answer = client.post(Chats.PATH, large);
      assertEquals(200, answer.status(), answer::text);
    }
    for (var client : clients) {
      client.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void answersOf200Megabytes_twelveAtOnce_leaveOthersServed(Form form) throws Exception {
    var upstream = station.upstream();
    upstream.script(
        request -> request.json().has("stop") ? form.answer() : Station.answer(request));
    int before = upstream.chats().size();
    var ask = Chats.body("m", "\"stop\":\"never\"", "\"stream\":" + (form != Form.JSON));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var lengths = new ArrayList<Future<Long>>();
      for (int i = 0; i < 12; i++) {
        var client = client();
        client.request("POST", Chats.PATH, ask, "Connection: close");
        lengths.add(threads.submit(client::drain));
      }
      upstream.awaitChat(before + 12);
      for (int i = 0; i < 10; i++) {
        assertServed();
      }
      for (var length : lengths) {
        long bytes = length.get();
        // Events go on until they are more than any model makes.
        assertTrue(form == Form.EVENTS ? bytes > 3 * MEBIBYTE : bytes < 1024, bytes + " bytes");
      }
    }
  }

  @Test
  void uploadsOf30Megabytes_fortyThatStall_areCutAndLeaveOthersServed() throws Exception {
    var head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + UPLOAD_BYTES
            + "\r\n\r\n";
    var some = new byte[5 * MEBIBYTE];
    Arrays.fill(some, (byte) ' ');
    int refused = 0;
    for (int i = 0; i < UPLOADS; i++) {
      var client = client();
      try {
        client.send(head);
        client.send(some);
      } catch (IOException e) {
        // There was no room for it: it has been refused, and cut.
        refused++;
      }
      if (i % 10 == 9) {
        assertServed();
      }
    }
    assertTrue(refused < UPLOADS, "all were refused");
    for (var client : clients) {
      client.drain();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "P", "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-A: "})
  void heads_fiftyHalfSent_areCutAndLeaveOthersServed(String sent) throws Exception {
    for (int i = 0; i < 50; i++) {
      client().send(sent);
    }
    assertServed();
    for (var client : clients) {
      assertTrue(client.drain() < 1024, "cut, with an error at most");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void clients_twentyThatNeverRead_areCutAndLeaveOthersServed(boolean streams) throws Exception {
    var upstream = station.upstream();
    upstream.script(
        request ->
            !request.json().has("stop")
                ? Station.answer(request)
                : streams
                    ? Form.EVENTS.answer()
                    : UpstreamReply.completion(
                        request, "word ".repeat(1_000_000), UpstreamUsage.of(8, 1_000_000)));
    int before = upstream.chats().size();
    // An answer beyond the room is charged its worst case, at least its actual cost.
    var ask = Chats.body("m", "\"max_tokens\":1000000", "\"stop\":\"x\"", "\"stream\":" + streams);
    for (int i = 0; i < 20; i++) {
      client().request("POST", Chats.PATH, ask);
    }
    upstream.awaitChat(before + 20);
    for (int i = 0; i < 10; i++) {
      assertServed();
    }
  }
}
