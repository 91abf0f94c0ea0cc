package io.nexus.server.cli;

import picocli.CommandLine.Command;

/** {@code nexus demo}. */
@Command(
    name = "demo",
    description = "Run the gateway with simulated backends and a small budget, and take a tour.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Runnable {

  @Override
  public void run() {
    throw new Failure(Failure.WORK, "demo");
  }
}
