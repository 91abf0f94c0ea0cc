package io.nexus.server;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A short run over damaged inputs, the same each time; {@code .ci/fuzz} is the long one. A failure
 * names its input.
 */
class FuzzTest {

  private static final int INPUTS = 400;
  private static final String[] PARTS = {
    "null",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "1",
    "-1e999",
    "1e99999999999",
    "NaN",
    ":",
    ",",
    "\n\n",
    "data: ",
    "\r",
    "\\u0000",
    "\"usage\":{\"completion_tokens\":9999999999}",
    "\"cost\":0.5",
    "\uFEFF",
    "[DONE]",
    "\u001F\u008B"
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void gateway_anyBytes_keepsItsPromises(long seed) throws Exception {
    var random = new Random(seed);
    var seeds = FuzzSeeds.all();
    try (var gateway = new FuzzedGateway()) {
      for (var each : seed == 1 ? seeds : List.<byte[]>of()) {
        gateway.run(each);
      }
      for (int i = 0; i < INPUTS; i++) {
        gateway.run(damaged(seeds, random));
      }
    }
  }

  /** Two inputs spliced, or one with some bytes changed, cut out, doubled or put in. */
  private static byte[] damaged(List<byte[]> seeds, Random random) {
    var input = seeds.get(random.nextInt(seeds.size()));
    for (int edits = random.nextInt(1, 5); edits > 0; edits--) {
      int from = random.nextInt(input.length);
      int to = Math.min(input.length, from + random.nextInt(16));
      var part =
          PARTS[random.nextInt(PARTS.length)].getBytes(java.nio.charset.StandardCharsets.UTF_8);
      input =
          switch (random.nextInt(6)) {
            case 0 -> changed(input, from, (byte) random.nextInt(256));
            case 1 -> joined(input, from, new byte[0], to);
            case 2 -> joined(input, to, Arrays.copyOfRange(input, from, to), to);
            case 3 -> {
              var other = seeds.get(random.nextInt(seeds.size()));
              yield joined(
                  input, from, Arrays.copyOfRange(other, other.length / 2, other.length), to);
            }
            case 4 -> Arrays.copyOf(input, Math.max(2, from));
            default -> joined(input, from, part, to);
          };
      if (input.length < 2) {
        return new byte[2];
      }
    }
    return input;
  }

  private static byte[] changed(byte[] input, int at, byte value) {
    var copy = input.clone();
    copy[at] = value;
    return copy;
  }

  /** The input up to a place, a part, and the input from another place on. */
  private static byte[] joined(byte[] input, int upTo, byte[] part, int from) {
    var all = Arrays.copyOf(input, upTo + part.length + input.length - from);
    System.arraycopy(part, 0, all, upTo, part.length);
    System.arraycopy(input, from, all, upTo + part.length, input.length - from);
    return all;
  }
}
