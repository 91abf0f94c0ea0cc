package io.nexus.bench.load;

import io.nexus.bench.Machine;
import java.util.List;

/**
 * The results of a load run, as written to its JSON file.
 *
 * @param startUps of the servers that the run started
 * @param json the json scenario; this and the following lists are empty if not run
 * @param ledger the ledger's share of processor time
 * @param checks the figures compared with their targets
 */
record LoadReport(
    Machine machine,
    List<Subjects.StartUp> startUps,
    List<JsonScenario.Result> json,
    List<StreamScenario.Measurement> sse,
    List<StreamScenario.Measurement> held,
    List<FirstScenario.Measurement> first,
    List<RefusedScenario.Result> refused,
    List<SoakScenario.Result> soak,
    List<LedgerScenario.Result> ledger,
    List<Check> checks) {

  /** This report with checks. */
  LoadReport with(List<Check> verdicts) {
    return new LoadReport(
        machine, startUps, json, sse, held, first, refused, soak, ledger, verdicts);
  }
}
