package io.nexus.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.DataReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnchainedReaderTest {

  /** A method that is not overridden would read from an empty list. */
  @Test
  void methods_thatRead_areAllOverridden() {
    for (Method method : DataReader.class.getMethods()) {
      if (method.getDeclaringClass() == DataReader.class
          && !Modifier.isStatic(method.getModifiers())
          && !method.getName().equals("listener")) {
        assertTrue(
            Arrays.stream(UnchainedReader.class.getDeclaredMethods())
                .anyMatch(
                    own ->
                        own.getName().equals(method.getName())
                            && Arrays.equals(own.getParameterTypes(), method.getParameterTypes())),
            method::toString);
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void anyUse_readsWhatTheUsualReaderReads(long seed) {
    var random = new Random(seed);
    var text = new StringBuilder();
    while (text.length() < 60_000) {
      text.append("x".repeat(random.nextInt(40))).append("\r\n");
    }
    var bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    Queue<byte[]> pieces = new ArrayDeque<>();
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(100));
      pieces.add(Arrays.copyOfRange(bytes, at, end));
      at = end;
    }
    var usual = DataReader.create(new ArrayDeque<>(pieces)::poll);
    var unchained = new UnchainedReader(new ArrayDeque<>(pieces)::poll, () -> false);
    for (int step = 0; step < 1500; step++) {
      int kind = random.nextInt(8);
      int length = 1 + random.nextInt(20);
      assertEquals(use(usual, kind, length), use(unchained, kind, length), "step " + step);
    }
  }

  private static String use(DataReader reader, int kind, int length) {
    return switch (kind) {
      case 0 -> "" + reader.read();
      case 1 -> "" + reader.lookup();
      case 2 -> reader.readAsciiString(length);
      case 3 -> reader.readLazyString(StandardCharsets.US_ASCII, length).toString();
      case 4 -> Arrays.toString(reader.readBytes(length));
      case 5 -> {
        // Two bytes are taken for the end of a line, which has to be there.
        reader.skip(length == 2 ? 3 : length);
        yield "skipped";
      }
      case 6 -> reader.startsWith(new byte[] {'x'}) + "" + reader.getBuffer(length).available();
      default -> "" + reader.readBuffer(length).readString(length, StandardCharsets.US_ASCII);
    };
  }
}
