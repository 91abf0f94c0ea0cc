package io.nexus.server.cli;

import io.nexus.server.demo.Rehearsal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import picocli.CommandLine.Command;

/** {@code nexus rehearse}: run by the launcher to create its start-up cache. */
@Command(
    name = "rehearse",
    description =
        "Serve simulated requests for a moment, so that the JVM learns from them: 'nexus cache' runs"
            + " it.",
    mixinStandardHelpOptions = true)
final class RehearseCommand implements Runnable {

  /** Enough to load every class and link every call site. */
  private static final int ROUNDS = 20;

  @Override
  public void run() {
    var err = new PrintWriter(System.err, true, System.err.charset());
    var served = new ArrayList<Serve.Serving>();
    try {
      new Rehearsal(
              Path.of(System.getProperty("java.io.tmpdir")),
              ROUNDS,
              file -> {
                var serving = new Serve(file, null, null, null).start(err);
                served.add(serving);
                return serving.gateway();
              })
          .run();
    } catch (IOException e) {
      throw new Failure(Failure.WORK, "rehearse: " + e.getMessage());
    } finally {
      served.forEach(Serve.Serving::close);
    }
  }
}
