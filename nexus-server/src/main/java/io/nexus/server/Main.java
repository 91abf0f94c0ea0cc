package io.nexus.server;

import io.nexus.server.cli.NexusCommand;

/** The command line. */
public final class Main {

  private Main() {}

  /**
   * Runs a command and exits with its code: 0 fine, 1 failed at work, 2 bad usage or configuration.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    Logging.configure();
    System.exit(NexusCommand.run(args));
  }
}
