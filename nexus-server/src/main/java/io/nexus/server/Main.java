package io.nexus.server;

import io.nexus.server.cli.NexusCommand;
import io.nexus.server.cli.Serve;
import java.io.PrintWriter;

/** The command line. */
public final class Main {

  private Main() {}

  /**
   * Runs a command and exits with its code: 0 fine, 1 failed at work, 2 bad usage or configuration.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    var serve = Serve.plain(args);
    Logging.configure();
    System.exit(
        serve == null
            ? NexusCommand.run(args)
            : serve.run(new PrintWriter(System.err, true, System.err.charset())));
  }
}
