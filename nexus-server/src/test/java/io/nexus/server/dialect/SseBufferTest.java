package io.nexus.server.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseBufferTest {

  private static final List<String> EVENTS =
      List.of(
          "data: {\"a\":\"ü\"}\n\n",
          ": a comment\n\n",
          "data:{\"b\":1}\r\n\r\n",
          "event: x\nid: 7\ndata: c\n\n",
          "data: two\ndata: lines\n\n",
          "\ndata: after an empty line\n\n",
          "\r\ndata: mixed\n\r\n",
          "data\n\n",
          "data: \n\n",
          "data: [DONE]");
  private static final List<String> DATA =
      List.of(
          "{\"a\":\"ü\"}",
          "",
          "{\"b\":1}",
          "c",
          "two\nlines",
          "after an empty line",
          "mixed",
          "",
          "",
          "[DONE]");

  @Test
  void next_splitAtEveryPlace_givesTheSameEvents() throws Exception {
    byte[] bytes = String.join("", EVENTS).getBytes(StandardCharsets.UTF_8);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second += 7) {
        var in = parts(bytes, first, second);
        assertEquals(EVENTS, events(in, new ArrayList<>()));
      }
    }
  }

  @Test
  void data_eachEvent_isItsDataFieldsJoined() throws Exception {
    byte[] bytes = String.join("", EVENTS).getBytes(StandardCharsets.UTF_8);
    List<String> data = new ArrayList<>();
    events(new ByteArrayInputStream(bytes), data);
    assertEquals(DATA, data);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void next_randomSizesAndSplits_givesTheSameEvents(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String end = random.nextBoolean() ? "\n" : "\r\n";
      int size = 1 << random.nextInt(1, 15);
      events.add("data: " + "x".repeat(random.nextInt(size)) + end + end);
    }
    byte[] bytes = String.join("", events).getBytes(StandardCharsets.UTF_8);
    assertEquals(events, events(new Trickle(bytes, random), new ArrayList<>()));
  }

  @Test
  void fill_eventWithoutEnd_isRefusedBeforeItFillsTheMemory() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] to, int from, int length) {
            return length;
          }
        };
    var buffer = new SseBuffer(AnswerRoom.alone(1 << 20));
    assertThrows(
        AnswerTooLongException.class,
        () -> {
          while (buffer.fill(endless)) {
            assertFalse(buffer.next());
          }
        });
    assertEquals(1 << 20, buffer.bytes().length);
  }

  private static InputStream parts(byte[] bytes, int first, int second) {
    return new SequenceInputStream(
        new ByteArrayInputStream(bytes, 0, first),
        new SequenceInputStream(
            new ByteArrayInputStream(bytes, first, second - first),
            new ByteArrayInputStream(bytes, second, bytes.length - second)));
  }

  private static List<String> events(InputStream in, List<String> data) throws IOException {
    SseBuffer buffer = new SseBuffer(AnswerRoom.taken());
    List<String> events = new ArrayList<>();
    boolean more = true;
    while (more) {
      more = buffer.fill(in);
      while (buffer.next()) {
        events.add(text(buffer, buffer.from(), buffer.to()));
        data.add(data(buffer));
      }
    }
    while (buffer.rest()) {
      events.add(text(buffer, buffer.from(), buffer.to()));
      data.add(data(buffer));
    }
    return events;
  }

  private static String data(SseBuffer buffer) {
    return new String(
        buffer.data(),
        buffer.dataFrom(),
        buffer.dataTo() - buffer.dataFrom(),
        StandardCharsets.UTF_8);
  }

  private static String text(SseBuffer buffer, int from, int to) {
    return new String(buffer.bytes(), from, to - from, StandardCharsets.UTF_8);
  }

  /** Gives a few bytes at a time. */
  private static final class Trickle extends InputStream {
    private final byte[] bytes;
    private final Random random;
    private int at;

    Trickle(byte[] bytes, Random random) {
      this.bytes = bytes;
      this.random = random;
    }

    @Override
    public int read() {
      return at == bytes.length ? -1 : bytes[at++];
    }

    @Override
    public int read(byte[] to, int from, int length) {
      if (at == bytes.length) {
        return -1;
      }
      int n = Math.min(Math.min(length, bytes.length - at), random.nextInt(1, 9000));
      System.arraycopy(bytes, at, to, from, n);
      at += n;
      return n;
    }
  }
}
