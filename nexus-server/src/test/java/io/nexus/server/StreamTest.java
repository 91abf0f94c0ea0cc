package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Event;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Raw;
import io.nexus.server.mock.UpstreamReply.UsageChunk;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams come through as they were sent. */
class StreamTest {

  private static final String STREAM = ask("\"stream\":true");
  private static final String STREAM_WITH_USAGE =
      ask("\"stream\":true", "\"stream_options\":{\"include_usage\":true}");
  private static final UpstreamUsage USAGE = UpstreamUsage.of(10, 5);
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
  private static final String ODD =
      """
      : a comment

      data: {"n":1.0,"m":1e3,"choices":[{"delta":{"content":"ü\\u00fc😀"}}]}

      event: message
      id: 7
      data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"a\\""}}]}}]}

      data: two
      data: lines

      data:{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":null}

      """;

  @Test
  void stream_byteByByte_comesThroughByteForByte() throws Exception {
    for (String text : List.of(ODD, ODD.replace("\n", "\r\n"))) {
      byte[] bytes = Wire.bytes(text + "data: [DONE]\n\n");
      List<byte[]> parts = new ArrayList<>(List.of(Wire.bytes(HEAD)));
      for (byte each : bytes) {
        parts.add(new byte[] {each});
      }
      assertPassedOn(text + "data: [DONE]\n\n", parts);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"data: [DONE]\n\n", "data: [DONE]\n", "data: [DONE]", "data:[DONE]\r\n\r\n", ""})
  void stream_endedInAnyWay_comesThroughByteForByte(String end) throws Exception {
    assertPassedOn(ODD + end, List.of(Wire.bytes(HEAD), Wire.bytes(ODD + end)));
  }

  @Test
  void stream_hugeEvents_comeThroughByteForByte() throws Exception {
    String text =
        "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n".formatted("x".repeat(300_000))
            + ODD;
    byte[] bytes = Wire.bytes(text);
    List<byte[]> parts = new ArrayList<>(List.of(Wire.bytes(HEAD)));
    for (int at = 0; at < bytes.length; at += 10_000) {
      parts.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 10_000)));
    }
    assertPassedOn(text, parts);
  }

  private static void assertPassedOn(String text, List<byte[]> parts) throws Exception {
    try (Upstream upstream = Upstream.start(_ -> new Raw(parts, Pace.atOnce(), true));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      RawHttp.Answer answer = client.post(CHAT, STREAM);
      assertEquals(text, answer.text());
      assertTrue(answer.header("Content-Type").orElseThrow().startsWith("text/event-stream"));
    }
  }

  @Test
  void usage_notAskedFor_isTakenOutAndAccounted() throws Exception {
    try (Upstream upstream = Upstream.answering("One two three", USAGE);
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      client.open(CHAT, STREAM);
      List<Event> events = client.events();
      assertTrue(upstream.chats().getFirst().wantsUsage());
      assertEquals(5, events.size(), events::toString);
      assertFalse(events.toString().contains("usage"), events::toString);
      assertEquals("[DONE]", events.getLast().data());
      var model = box.idle().path("models").path(0);
      assertEquals(10, model.path("input_tokens").asInt());
      assertEquals(5, model.path("output_tokens").asInt());
    }
  }

  @Test
  void usage_askedFor_carriesTheCost() throws Exception {
    try (Upstream upstream = Upstream.answering("One two three", USAGE);
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      client.open(CHAT, STREAM_WITH_USAGE);
      List<Event> events = client.events();
      assertEquals(6, events.size(), events::toString);
      String sent = UpstreamReply.usageChunk(upstream.chats().getFirst(), USAGE);
      String costing = sent.substring(0, sent.length() - 2) + ",\"cost\":0.000075}}";
      assertEquals(costing, events.get(4).data());
    }
  }

  @Test
  void usage_neverSent_isCounted() throws Exception {
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.stream(request, List.of("a", "b", "c"), USAGE)
                        .usageChunk(UsageChunk.NEVER));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      client.open(CHAT, STREAM_WITH_USAGE);
      assertEquals("[DONE]", client.events().getLast().data());
      var model = box.idle().path("models").path(0);
      assertEquals(3, model.path("output_tokens").asInt());
    }
  }

  /**
   * A stall by Nagle's algorithm meets a delayed acknowledgement, 40 ms or more, and only on a
   * connection that has been used before.
   */
  @Test
  void stream_onAReusedConnection_isNotHeldUp() throws Exception {
    int chunks = 50;
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.stream(
                            request, List.of("word ".repeat(chunks).split("(?<= )")), USAGE)
                        .paced(Pace.everyMillis(10)));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      List<Double> stalledShares = new ArrayList<>();
      for (int round = 0; round < 6; round++) {
        client.open(CHAT, STREAM);
        List<Event> events = client.events();
        assertEquals(chunks + 2, events.size());
        int stalls = 0;
        for (int i = 1; i < chunks; i++) {
          long gap = events.get(i).arrivedNanos() - events.get(i - 1).arrivedNanos();
          stalls += gap > 40_000_000 ? 1 : 0;
        }
        stalledShares.add(stalls / (double) chunks);
      }
      // A busy machine stalls now and then; Nagle's algorithm would in every round but the first.
      assertTrue(
          stalledShares.stream().skip(1).anyMatch(share -> share < 0.02), stalledShares::toString);
    }
  }
}
