package io.nexus.bench.load;

import static io.nexus.bench.load.LoadOptions.Scenario.first;
import static io.nexus.bench.load.LoadOptions.Scenario.held;
import static io.nexus.bench.load.LoadOptions.Scenario.json;
import static io.nexus.bench.load.LoadOptions.Scenario.ledger;
import static io.nexus.bench.load.LoadOptions.Scenario.messages;
import static io.nexus.bench.load.LoadOptions.Scenario.refused;
import static io.nexus.bench.load.LoadOptions.Scenario.responses;
import static io.nexus.bench.load.LoadOptions.Scenario.soak;
import static io.nexus.bench.load.LoadOptions.Scenario.sse;

import io.nexus.bench.Machine;
import io.nexus.bench.ResultJson;
import io.nexus.server.mock.Api;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code nexus bench --load}: measures the gateway, in its own process, between raw-socket clients
 * and a mock upstream, and nginx in its place in the same run. Uses the loopback only.
 */
public final class LoadHarness {
  private final LoadOptions options;
  private final PrintStream out;

  /**
   * Creates a run.
   *
   * @param out takes the tables
   */
  public LoadHarness(LoadOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Starts everything, runs the scenarios, prints a table after each, and stops everything.
   *
   * @param file takes the results as JSON
   * @throws IllegalArgumentException if the options do not fit together
   * @throws IOException if something does not start, or the file cannot be written
   */
  public void run(Path file) throws IOException, InterruptedException {
    if (options.scenarios.contains(ledger)) {
      LedgerScenario.check(options);
    }
    var machine = Machine.here();
    out.println(machine);
    LoadReport report;
    try (var subjects = Subjects.start(options, out)) {
      report = measure(subjects, machine);
    }
    var checks = Checks.of(report, options.ledger);
    if (!checks.isEmpty()) {
      out.println();
      out.print(LoadText.checks(checks));
    }
    ResultJson.write(file, report.with(checks));
    out.println("written to " + file);
  }

  private LoadReport measure(Subjects subjects, Machine machine)
      throws IOException, InterruptedException {
    print(LoadText.startUps(subjects.startUps()));
    var jsonResults = new ArrayList<JsonScenario.Result>();
    for (var scenario : wholeAnswers()) {
      var result = scenario.run(subjects.all());
      print(LoadText.json(result));
      jsonResults.add(result);
    }
    return new LoadReport(
        machine,
        subjects.startUps(),
        List.copyOf(jsonResults),
        streams(sse, StreamScenario.sse(options), subjects),
        streams(held, StreamScenario.held(options), subjects),
        first(subjects),
        refused(subjects),
        soak(subjects),
        ledger(subjects),
        List.of());
  }

  private List<JsonScenario> wholeAnswers() {
    var wanted = new ArrayList<JsonScenario>();
    if (options.scenarios.contains(json)) {
      wanted.add(new JsonScenario(options));
    }
    if (options.scenarios.contains(messages)) {
      wanted.add(JsonScenario.agent(options, Api.MESSAGES));
    }
    if (options.scenarios.contains(responses)) {
      wanted.add(JsonScenario.agent(options, Api.RESPONSES));
    }
    return wanted;
  }

  private List<StreamScenario.Measurement> streams(
      LoadOptions.Scenario wanted, StreamScenario scenario, Subjects subjects)
      throws IOException, InterruptedException {
    if (!options.scenarios.contains(wanted)) {
      return List.of();
    }
    var measurements = scenario.run(subjects.all());
    print(LoadText.streams(scenario, measurements));
    return measurements;
  }

  private List<FirstScenario.Measurement> first(Subjects subjects)
      throws IOException, InterruptedException {
    if (!options.scenarios.contains(first)) {
      return List.of();
    }
    var measurements = new FirstScenario(options).run(subjects);
    print(LoadText.first(measurements));
    return measurements;
  }

  private List<RefusedScenario.Result> refused(Subjects subjects)
      throws IOException, InterruptedException {
    if (!options.scenarios.contains(refused)) {
      return List.of();
    }
    var result = new RefusedScenario(options).run(subjects.all().getLast());
    print(LoadText.refused(result));
    return List.of(result);
  }

  private List<SoakScenario.Result> soak(Subjects subjects)
      throws IOException, InterruptedException {
    if (!options.scenarios.contains(soak)) {
      return List.of();
    }
    var result = new SoakScenario(options).run(subjects.all().getLast());
    print(LoadText.soak(result));
    return List.of(result);
  }

  private List<LedgerScenario.Result> ledger(Subjects subjects)
      throws IOException, InterruptedException {
    if (!options.scenarios.contains(ledger)) {
      return List.of();
    }
    var result = new LedgerScenario(options).run(subjects.all().getLast());
    print(LoadText.ledger(result));
    return List.of(result);
  }

  private void print(String table) {
    out.println();
    out.print(table);
    out.flush();
  }
}
