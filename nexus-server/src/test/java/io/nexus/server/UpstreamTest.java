package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.RawHttp.Event;
import io.nexus.server.RawHttp.Head;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.Upstream.Cancellation;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.UsageChunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import io.nexus.server.mock.Wire;
import io.nexus.server.mock.Wire.Header;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class UpstreamTest {

  private static final String CHAT = "/v1/chat/completions";
  private static final String STREAM =
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
  private static final UpstreamUsage USAGE = new UpstreamUsage(1000, 400, 90, 30);
  private static final Prices PRICES = Prices.of("2.5", "1.25", "10", "12");

  @Test
  void request_anyBytes_areRecordedExactly() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        RawHttp client = RawHttp.connect(upstream.port())) {
      String body = "{ \"model\" : \"m\",\n\t\"n\": 1.50e0, \"ü\": \"\\u00fc\" }";
      client.post(CHAT + "?a=b%20c", body, "X-ODD-case:   two  words ");
      client.send(
          "POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n{\"\r\n4\r\na\":1\r\n1\r\n}\r\n0\r\n\r\n"
              .formatted(CHAT));
      client.read();

      UpstreamRequest first = upstream.chats().get(0);
      assertArrayEquals(Wire.bytes(body), first.body());
      assertEquals("POST", first.method());
      assertEquals(CHAT + "?a=b%20c", first.path());
      assertTrue(first.headers().contains(new Header("X-ODD-case", "two  words")));
      assertEquals("{\"a\":1}", upstream.awaitChat(2).text());
      assertEquals(1, upstream.connections(), "the connection is kept alive");
    }
  }

  @Test
  void bill_wholeAnswers_arePricedByKindAndRoundedUpOnce() throws Exception {
    try (Upstream upstream = Upstream.answering("Hello there", USAGE).price("m", PRICES);
        RawHttp client = RawHttp.connect(upstream.port())) {
      Answer answer = client.post(CHAT, "{\"model\":\"m\"}");

      // 600 x 2.5 + 400 x 1.25 + 60 x 10 + 30 x 12 = 2,960 dollars per million.
      assertEquals(2_960_000, upstream.billNanos());
      assertEquals(200, answer.status());
      assertTrue(answer.text().contains("\"content\":\"Hello there\""), answer.text());
      assertTrue(answer.text().contains("\"cached_tokens\":400"), answer.text());
      client.post(CHAT, "{\"model\":\"free\"}");
      assertEquals(2_960_000, upstream.billNanos(), "other models are free");
      upstream.price(Prices.of("0.0000001", "0"));
      assertEquals(2_960_001, upstream.billNanos(), "a tenth of a nano-dollar is one");
      assertEquals(1, upstream.billNanos(2));
    }
  }

  @Test
  void bill_refusedOrClosedUnanswered_isNothing() throws Exception {
    try (Upstream upstream =
        Upstream.start(
                request ->
                    switch (request.number()) {
                      case 1 -> UpstreamReply.refuse(400, "{\"error\": {} }");
                      case 2 -> UpstreamReply.tooManyRequests(7);
                      default -> new UpstreamReply.HangUp(Break.CLOSE);
                    })
            .price(PRICES)) {
      try (RawHttp client = RawHttp.connect(upstream.port())) {
        Answer refused = client.post(CHAT, "{}");
        assertEquals(400, refused.status());
        assertEquals("{\"error\": {} }", refused.text());
        Answer limited = client.post(CHAT, "{}");
        assertEquals(429, limited.status());
        assertEquals("7", limited.header("retry-after").orElseThrow());
        assertThrows(EOFException.class, () -> client.post(CHAT, "{}"));
      }
      assertEquals(0, upstream.billNanos());
      assertEquals(List.of(), upstream.cancelled());
    }
  }

  @Test
  void stream_usageAskedFor_endsInUsageAndDone() throws Exception {
    try (Upstream upstream = Upstream.answering("One two", USAGE).price(PRICES);
        RawHttp client = RawHttp.connect(upstream.port())) {
      for (int round = 0; round < 2; round++) {
        Head head = client.open(CHAT, STREAM);
        assertEquals("text/event-stream", head.header("Content-Type").orElseThrow());
        List<Event> events = client.events();
        assertEquals(5, events.size());
        assertTrue(events.get(0).data().contains("{\"content\":\"One \"}"), events::toString);
        assertTrue(events.get(3).data().contains("\"choices\":[],\"usage\":{"), events::toString);
        assertEquals("[DONE]", events.get(4).data());
      }
      assertEquals(2 * 2_960_000, upstream.billNanos());
      client.open(CHAT, "{\"model\":\"m\",\"stream\":true}");
      assertFalse(client.events().toString().contains("\"usage\""), "not asked for");
      upstream.script(
          request ->
              UpstreamReply.stream(request, List.of("x"), USAGE).usageChunk(UsageChunk.ALWAYS));
      client.open(CHAT, "{\"model\":\"m\",\"stream\":true}");
      assertTrue(client.events().toString().contains("\"usage\""), "always sent");
    }
  }

  @Test
  void stream_pacedByPermits_sendsOneEventEach() throws Exception {
    Semaphore permits = new Semaphore(0);
    try (Upstream upstream = paced(permits);
        RawHttp client = RawHttp.connect(upstream.port())) {
      client.open(CHAT, STREAM);
      for (String word : List.of("a", "b")) {
        long releasedNanos = System.nanoTime();
        permits.release();
        Event event = client.event().orElseThrow();
        assertTrue(event.data().contains("\"" + word + "\""), event.data());
        assertTrue(event.arrivedNanos() > releasedNanos);
      }
      assertEquals(1000 * 2500 + 2 * 10_000, upstream.billNanos(), "two tokens so far");
      permits.release(2);
      assertEquals("[DONE]", client.events().getLast().data());
    }
  }

  @Test
  void stream_clientCloses_isNoticedWhileWaitingAndBilledForWhatWasSent() throws Exception {
    Semaphore permits = new Semaphore(2);
    try (Upstream upstream = paced(permits)) {
      for (boolean reset : new boolean[] {false, true}) {
        int count = upstream.cancelled().size() + 1;
        RawHttp client = RawHttp.connect(upstream.port());
        client.open(CHAT, STREAM);
        client.event();
        client.event();
        long leftNanos = System.nanoTime();
        if (reset) {
          client.reset();
        } else {
          client.close();
        }
        Cancellation cancellation = upstream.awaitCancellation(count);
        assertEquals(count, cancellation.request());
        assertTrue(
            cancellation.nanos() - leftNanos < TimeUnit.SECONDS.toNanos(5), "noticed at once");
        assertEquals(1000 * 2500 + 2 * 10_000, upstream.billNanos(count));
        permits.release(2);
      }
    }
  }

  @Test
  void stream_breaks_sendsSoManyChunksAndBillsThem() throws Exception {
    try (Upstream upstream =
            Upstream.start(
                    request ->
                        UpstreamReply.stream(request, List.of("a", "b", "c"), USAGE)
                            .breakingAfter(request.number() - 1, Break.CLOSE))
                .price(Prices.of("2.5", "10"));
        RawHttp first = RawHttp.connect(upstream.port());
        RawHttp second = RawHttp.connect(upstream.port())) {
      first.open(CHAT, STREAM);
      assertThrows(EOFException.class, first::event);
      assertEquals(0, upstream.billNanos(), "nothing was generated");

      second.open(CHAT, STREAM);
      assertTrue(second.event().isPresent());
      assertThrows(IOException.class, second::event);
      assertEquals(1000 * 2500 + 10_000, upstream.billNanos());
      assertEquals(List.of(), upstream.cancelled());
    }
  }

  @Test
  void whole_breaksMidBody_isCutThere() throws Exception {
    try (Upstream upstream =
            Upstream.start(
                request -> UpstreamReply.completion(request, "Hi", USAGE).breakingAfterBytes(10));
        RawHttp client = RawHttp.connect(upstream.port())) {
      client.open(CHAT, "{}");
      assertThrows(EOFException.class, client::body);
    }
  }

  @Test
  void stalled_clientLeaves_isCancelledAndNotBilled() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    try (Upstream upstream =
        Upstream.start(
                request ->
                    new UpstreamReply.Stalled(
                        Pace.after(latch), UpstreamReply.completion(request, "Late", USAGE)))
            .price(PRICES)) {
      try (RawHttp client = RawHttp.connect(upstream.port())) {
        client.request("POST", CHAT, "{}");
        upstream.awaitChat(1);
      }
      assertEquals(0, upstream.awaitCancellation(1).chunksSent());
      assertEquals(0, upstream.billNanos());
      latch.countDown();
      try (RawHttp client = RawHttp.connect(upstream.port())) {
        assertTrue(client.post(CHAT, "{}").text().contains("Late"));
      }
    }
  }

  @Test
  void raw_bytes_arriveAsTheyAre() throws Exception {
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.raw(
                        "HTTP/1.1 203 Odd\r\nX: 1\r\n\r\ndata: a\r",
                        "\n: c\n\ndata: d\r\n\r\nrest"));
        RawHttp client = RawHttp.connect(upstream.port())) {
      Head head = client.open(CHAT, "{}");
      assertEquals(203, head.status());
      assertEquals(List.of(new Header("X", "1")), head.headers());
      assertEquals("data: a\r\n: c", client.event().orElseThrow().text());
      assertEquals("d", client.event().orElseThrow().data());
      assertEquals("rest", new String(client.body(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void models_listOrFailure_isAnsweredWithoutTheScript() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE).models("a", "b:7");
        RawHttp client = RawHttp.connect(upstream.port())) {
      Answer list = client.get("/v1/models");
      assertTrue(list.text().contains("\"id\":\"b:7\""), list.text());
      upstream.modelsReply(UpstreamReply.refuse(503, ""));
      assertEquals(503, client.get("/v1/models").status());
      assertEquals(2, upstream.requests().size());
      assertEquals(0, upstream.chats().size());
    }
  }

  @Test
  void close_midStream_breaksTheClientOff() throws Exception {
    Semaphore permits = new Semaphore(1);
    Upstream upstream = paced(permits);
    try (RawHttp client = RawHttp.connect(upstream.port())) {
      client.open(CHAT, STREAM);
      client.event();
      upstream.close();
      assertThrows(IOException.class, client::event);
      assertThrows(IOException.class, () -> RawHttp.connect(upstream.port()));
    }
  }

  private static Upstream paced(Semaphore permits) throws IOException {
    return Upstream.start(
            request ->
                UpstreamReply.stream(request, List.of("a", "b", "c"), USAGE)
                    .paced(Pace.permits(permits)))
        .price(Prices.of("2.5", "10"));
  }
}
