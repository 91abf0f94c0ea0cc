package io.nexus.bench;

import static io.nexus.bench.Target.floor;
import static io.nexus.bench.Target.mean;
import static io.nexus.bench.Target.noAllocation;
import static io.nexus.bench.Target.p999;
import static io.nexus.bench.Target.speedUp;

import java.util.List;
import java.util.Map;

/** The targets of the JMH suite, as data: the floors of the first design, and ours. */
final class Targets {
  private static final Map<String, String> ANY = Map.of();
  private static final Map<String, String> THREE = Map.of("budgets", "3");
  private static final Map<String, String> ONE_KB = Map.of("kilobytes", "1");

  /** In microseconds. */
  static final List<Target> ALL =
      List.of(
          floor("Hold.takeAndSettle", ANY, 100),
          mean("Hold.takeAndSettle", THREE, 0.5),
          noAllocation("Hold.takeAndSettle", ANY),
          floor("Hold.takeAndSettleContended", ANY, 100),
          p999("Hold.takeAndSettleContendedTimed", ANY, 2),
          noAllocation("Hold.takeAndSettleContended", ANY),
          floor("Budget.statusRead", ANY, 100),
          noAllocation("Budget.statusRead", ANY),
          floor("Estimate.heuristic", ONE_KB, 50),
          mean("Estimate.heuristic", ONE_KB, 1),
          floor("Estimate.exact", ONE_KB, 50),
          mean("Estimate.exact", ONE_KB, 15),
          speedUp("TokenCount.exact", ANY, 5),
          mean("Routing.decide", Map.of("candidates", "10"), 3),
          mean("Routing.decide", Map.of("candidates", "200"), 20),
          floor("Reconciliation.run", ANY, 5_000),
          mean("Reconciliation.run", ANY, 5_000),
          floor("Reconciliation.runAllCyclesTurn", ANY, 5_000),
          mean("Reconciliation.runAllCyclesTurn", ANY, 5_000));

  private Targets() {}
}
