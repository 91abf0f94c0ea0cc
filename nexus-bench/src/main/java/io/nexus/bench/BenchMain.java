package io.nexus.bench;

import io.nexus.bench.load.LoadHarness;
import io.nexus.bench.load.LoadOptions;
import io.nexus.bench.money.MoneyHarness;
import io.nexus.bench.money.MoneyOptions;
import io.nexus.bench.sim.Simulation;
import io.nexus.bench.sim.SimulationOptions;
import io.nexus.control.ledger.LedgerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code nexus bench}: measures, and prints a table against the targets.
 *
 * <p>Exit codes: 0 measured, whatever the verdicts; 1 a failure, an overspent simulated budget, or
 * miscounted money; 2 bad usage.
 */
@Command(
    name = "nexus bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measure Nexus: the JMH suite, with --load a gateway under load, with --money what a gateway lets through, or with --simulate many.",
    footer = {
      "",
      "Examples:",
      "  nexus bench                     the quick suite",
      "  nexus bench --full 'Budget.*'   the benchmarks of budgets, measured longer",
      "  nexus bench --load              gateway, nginx and upstream, scenarios json, sse, held",
      "  nexus bench --money             how many dollars the gateway lets through",
      "  nexus bench --simulate          1,000 gateways on one ledger, in virtual time",
    })
public final class BenchMain implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "REGEX",
      description = "Run only the benchmarks whose name contains a match.")
  private String filter = "";

  @Option(
      names = "--full",
      description = "Measure longer: more forks and iterations, every parameter.")
  private boolean full;

  @Option(names = "--list", description = "List the benchmarks and their targets, run none.")
  private boolean list;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Where the results go as JSON (default: ${DEFAULT-VALUE}).")
  private Path json = Path.of("nexus-bench.json");

  @Option(names = "--load", description = "Run the load harness instead of the JMH suite.")
  private boolean load;

  @ArgGroup(
      validate = false,
      heading = "%nWith --load (and --gateway-url, --gateway-command, --mock-port with --money):%n")
  private LoadOptions loadOptions = new LoadOptions();

  @Option(
      names = "--money",
      description = "Tell how many dollars a gateway lets through; exit code 1 if any.")
  private boolean money;

  @ArgGroup(validate = false, heading = "%nWith --money:%n")
  private MoneyOptions moneyOptions = new MoneyOptions();

  @Option(
      names = "--simulate",
      description = "Simulate many gateways on one ledger, with crashes and cuts.")
  private boolean simulate;

  @ArgGroup(validate = false, heading = "%nWith --simulate:%n")
  private SimulationOptions simulationOptions = new SimulationOptions();

  /** Created by the command line's parser. */
  BenchMain() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param args as typed after {@code nexus bench}
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new BenchMain())
        .setExecutionExceptionHandler(
            (failure, command, _) -> {
              command.getErr().println("nexus: bench: " + Failures.describe(failure));
              return failure instanceof IllegalArgumentException ? 2 : 1;
            });
  }

  @Override
  public Integer call() throws IOException, RunnerException, InterruptedException, LedgerException {
    if (simulate) {
      var result = new Simulation(simulationOptions).run();
      System.out.print(result.text());
      return result.holds() ? 0 : 1;
    }
    if (money) {
      moneyOptions.gateway(
          loadOptions.gatewayUrl(), loadOptions.gatewayCommand(), loadOptions.mockPort());
      return new MoneyHarness(moneyOptions, System.out).run(json) ? 0 : 1;
    }
    if (load) {
      new LoadHarness(loadOptions, System.out).run(json);
      return 0;
    }
    var suite = new MicroSuite(filter, full);
    if (list) {
      suite.names().forEach(System.out::println);
      return 0;
    }
    var machine = Machine.here();
    System.out.println(machine);
    var rows = suite.run(System.err);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("no benchmark matches '" + filter + "': see --list");
    }
    System.out.println();
    System.out.print(ResultTable.of(rows, Targets.ALL).text());
    ResultJson.write(json, new ResultTable.Report(machine, full, rows, Targets.ALL));
    System.out.println("written to " + json);
    return 0;
  }
}
