package io.nexus.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Where Jazzer comes in, started by {@code .ci/fuzz}: it looks for inputs that reach new code of
 * the gateway. As a program it writes the inputs that Jazzer begins with into a folder.
 *
 * @see <a href="https://github.com/CodeIntelligenceTesting/jazzer">Jazzer</a>
 */
public final class GatewayFuzzer {

  private static final FuzzedGateway GATEWAY = started();

  private GatewayFuzzer() {}

  private static FuzzedGateway started() {
    try {
      return new FuzzedGateway();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives the gateway one input; Jazzer calls it. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    GATEWAY.run(input);
  }

  /** Writes the seeds into a folder. */
  public static void main(String[] folder) throws IOException {
    FuzzSeeds.writeTo(Path.of(folder[0]));
    GATEWAY.close();
  }
}
