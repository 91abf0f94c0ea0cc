package io.nexus.bench.load;

import io.nexus.bench.Machine;
import java.util.List;

/**
 * All that a load run measured, as its JSON file holds it.
 *
 * @param startUps of the servers that the run started
 * @param json the json scenario; empty if it was not run, as are the lists that follow
 * @param ledger what the ledger takes
 * @param checks the figures held against their targets
 */
record LoadReport(
    Machine machine,
    List<Subjects.StartUp> startUps,
    List<JsonScenario.Result> json,
    List<StreamScenario.Measurement> sse,
    List<StreamScenario.Measurement> held,
    List<SoakScenario.Result> soak,
    List<LedgerScenario.Result> ledger,
    List<Check> checks) {

  /** The same with the checks. */
  LoadReport with(List<Check> verdicts) {
    return new LoadReport(machine, startUps, json, sse, held, soak, ledger, verdicts);
  }
}
