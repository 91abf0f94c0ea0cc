package io.nexus.bench.money;

import io.nexus.bench.Machine;
import io.nexus.bench.ResultJson;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code nexus bench --money}: runs scenarios in which gateways miscount, and compares a gateway's
 * admissions and charges with the mock upstream's bill.
 */
public final class MoneyHarness {

  private static final long UNLIMITED = 1_000_000;

  private static final int REPEATS = 3;

  /** Half of a stream must have an event, and the other half, too. */
  private static final long SHORTEST_ANSWER = 40;

  private final MoneyOptions options;
  private final PrintStream out;
  private final List<MoneyResult> results = new ArrayList<>();
  private final List<MoneyResult> unlimited = new ArrayList<>();
  private boolean hasFailed;

  /**
   * Creates a run.
   *
   * @param out takes the table
   */
  public MoneyHarness(MoneyOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  private record Report(Machine machine, List<MoneyResult> results) {}

  /**
   * Runs the scenarios and prints a table.
   *
   * @param file takes the results as JSON
   * @return whether every amount was right
   * @throws IllegalArgumentException if the options do not fit together
   * @throws IOException if something does not start, or the file cannot be written
   */
  public boolean run(Path file) throws IOException, InterruptedException {
    if (options.answerTokens < SHORTEST_ANSWER) {
      throw new IllegalArgumentException("--answer-tokens: at least " + SHORTEST_ANSWER);
    }
    try (var upstream = upstream()) {
      if (options.mockOnly) {
        showBill(upstream);
        return true;
      }
      if (options.urls.isEmpty()) {
        started(upstream);
      } else {
        try (var gateway = new RunningGateway(options)) {
          runAll(gateway, upstream, options.urls.size() > 1);
        }
      }
    }
    out.println(MoneyText.table(results));
    results.stream()
        .filter(result -> !result.isClean())
        .map(MoneyText::commands)
        .forEach(out::println);
    ResultJson.write(file, new Report(Machine.here(), List.copyOf(results)));
    out.println("written to " + file);
    return !hasFailed && results.stream().allMatch(MoneyResult::isClean);
  }

  /** The results, in the order of the scenarios. */
  List<MoneyResult> results() {
    return List.copyOf(results);
  }

  /** The results of the runs without limits. */
  List<MoneyResult> unlimited() {
    return List.copyOf(unlimited);
  }

  private Upstream upstream() throws IOException {
    var upstream =
        Upstream.start(options.mockPort, _ -> UpstreamReply.refuse(404, "{}"))
            .models(
                Workload.CHAT_MODEL,
                Workload.MESSAGES_MODEL,
                Workload.GEMINI_MODEL,
                Workload.EMBEDDING_MODEL);
    for (var model :
        List.of(
            Workload.CHAT_MODEL,
            Workload.MESSAGES_MODEL,
            Workload.GEMINI_MODEL,
            Workload.EMBEDDING_MODEL)) {
      upstream.price(model, Workload.prices(model));
    }
    return upstream;
  }

  private void started(Upstream upstream) throws IOException, InterruptedException {
    if (options.scenarios.stream().anyMatch(scenario -> !scenario.needsReplicas())) {
      try (var nexus = StartedNexus.single(options, upstream.port())) {
        runAll(nexus, upstream, false);
      }
    }
    if (options.scenarios.stream().noneMatch(MoneyScenario::needsReplicas)) {
      return;
    }
    var postgres = Postgres.find();
    if (postgres.isEmpty()) {
      out.println("PostgreSQL is not installed: scenarios with replicas are left out");
      return;
    }
    try (var nexus = StartedNexus.replicas(options, upstream.port(), postgres.get())) {
      runAll(nexus, upstream, true);
    }
  }

  private void runAll(TestedGateway gateway, Upstream upstream, boolean hasReplicas)
      throws IOException, InterruptedException {
    for (var scenario : options.scenarios) {
      boolean fits =
          switch (scenario) {
            case killed -> !hasReplicas && gateway.canBeKilled();
            case replicas -> hasReplicas;
            case cutoff -> hasReplicas && gateway.canBeCut();
            case late -> hasReplicas && gateway.canBeLate();
            default -> !hasReplicas || !options.urls.isEmpty();
          };
      if (fits) {
        try {
          run(scenario, gateway, upstream);
        } catch (IOException e) {
          // The results of the others must not be lost with it.
          hasFailed = true;
          out.println(scenario.name() + ": failed: " + e.getMessage());
        }
      }
    }
  }

  private void run(MoneyScenario scenario, TestedGateway gateway, Upstream upstream)
      throws IOException, InterruptedException {
    var workload = Workload.of(scenario, options.answerTokens);
    String name = "money-" + scenario.name() + "-" + System.nanoTime();
    var result = new MoneyRun(gateway, upstream, workload, 1).run(name);
    out.println(scenario.name() + (result.isClean() ? ": clean" : ": not clean"));
    results.add(result);
    if (options.alsoUnlimited) {
      unlimited.add(unlimited(name + "-unlimited", gateway, upstream, workload));
    }
  }

  /** Replicas may refuse for another reason, such as a ledger that takes too long. */
  private static MoneyResult unlimited(
      String name, TestedGateway gateway, Upstream upstream, Workload workload)
      throws IOException, InterruptedException {
    MoneyResult result = new MoneyRun(gateway, upstream, workload, UNLIMITED).run(name);
    for (int i = 0; i < REPEATS && result.refused() > 0; i++) {
      result = new MoneyRun(gateway, upstream, workload, UNLIMITED).run(name + i);
    }
    return result;
  }

  private void showBill(Upstream upstream) throws InterruptedException {
    var workload = Workload.of(options.scenarios.iterator().next(), options.answerTokens);
    upstream.script(new Provider(workload));
    out.println("mock upstream at " + upstream.url() + ", scenario " + workload.scenario().name());
    for (long last = -1; ; Thread.sleep(200)) {
      long bill = upstream.billNanos();
      if (bill != last) {
        out.println("billed $" + BigDecimal.valueOf(bill, 9).toPlainString());
        last = bill;
      }
    }
  }
}
