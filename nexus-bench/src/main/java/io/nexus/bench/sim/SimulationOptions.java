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

  /** The defaults. */
  public SimulationOptions() {}

  SimulationOptions(int gateways, int budgets, int seconds, long random) {
    this.gateways = gateways;
    this.budgets = budgets;
    this.seconds = seconds;
    this.random = random;
  }
}
