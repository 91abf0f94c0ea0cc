package io.nexus.bench.sim;

import picocli.CommandLine.Option;

/** How large the simulation is. */
public final class SimulationOptions {

  @Option(
      names = "--gateways",
      paramLabel = "N",
      description = "Gateways on one ledger (default: ${DEFAULT-VALUE}).")
  int gateways = 1000;

  @Option(
      names = "--budgets",
      paramLabel = "N",
      description = "SimulatedBudgets that they share (default: ${DEFAULT-VALUE}).")
  int budgets = 10_000;

  @Option(
      names = "--virtual-seconds",
      paramLabel = "N",
      description = "How long they run, by their own clock (default: ${DEFAULT-VALUE}).")
  int seconds = 120;

  @Option(
      names = "--random",
      paramLabel = "N",
      description = "Another number is another course of events (default: ${DEFAULT-VALUE}).")
  long random = 1;

  @Option(
      names = "--slow-millis",
      paramLabel = "N",
      description =
          "How long a call takes on the slowest line; some of its answers come too late to be used"
              + " (default: ${DEFAULT-VALUE}).")
  int slowMillis;

  @Option(
      names = "--open",
      description =
          "Gateways go on without the ledger, and none dies. Only one that is alone then keeps to"
              + " the limits.")
  boolean open;

  /** The defaults. */
  public SimulationOptions() {}

  SimulationOptions(int gateways, int budgets, int seconds, long random) {
    this.gateways = gateways;
    this.budgets = budgets;
    this.seconds = seconds;
    this.random = random;
  }

  SimulationOptions slow(int millis) {
    slowMillis = millis;
    return this;
  }

  SimulationOptions open() {
    open = true;
    return this;
  }
}
