package io.nexus.server;

import io.nexus.server.cli.NexusCommand;
import io.nexus.server.cli.Serve;
import io.nexus.server.log.Logging;
import java.io.PrintWriter;

/** The command line. */
public final class Main {

  private Main() {}

  /**
   * Runs a command and exits with its code: 0 success, 1 failure, 2 bad usage or configuration, 3
   * another process has taken the gateway's name.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    // Only libraries use the machine's time zone, and reading the zones takes 15 ms at start.
    System.getProperties().putIfAbsent("user.timezone", "UTC");
    var loader = new ModuleServices(Main.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    Logging.configure();
    var serve = Serve.plain(args);
    System.exit(
        serve == null
            ? NexusCommand.run(args)
            : serve.run(new PrintWriter(System.err, true, System.err.charset())));
  }
}
