package io.nexus.server.cli;

import io.nexus.config.BudgetConfig;
import io.nexus.config.NexusConfig;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Carried;
import io.nexus.control.money.Money;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus ledger carry}. */
@Command(
    name = "carry",
    description =
        "Let the running cycle of a budget begin with what was spent under another name: after a"
            + " budget was renamed. The old budget's balance stays as it is.",
    mixinStandardHelpOptions = true)
final class LedgerCarryCommand implements Runnable {

  @Mixin private LedgerOptions ledger;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "BUDGET",
      description = "The name under which it was spent.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "BUDGET",
      description = "A budget of the configuration.")
  private String to = "";

  @Option(names = "--dry-run", description = "Show what would be carried, and change nothing.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerCarryCommand() {}

  @Override
  public void run() {
    var config = ledger.load();
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    var budget = budget(config);
    var cycle = new BudgetCycle(to, budget.window().cycleAt(now, budget.timeZone()));
    var carried =
        LedgerOptions.ask(
            config, books -> dryRun ? books.carryable(from, cycle) : books.carry(from, cycle, now));
    print(cycle, carried);
  }

  private BudgetConfig budget(NexusConfig config) {
    var all = Stream.concat(Stream.of(config.budget()), config.budgets().stream()).toList();
    return all.stream()
        .filter(each -> each.name().equals(to))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    Failure.USAGE,
                    "usage: --to: there is no budget '"
                        + to
                        + "' in the configuration: give one of "
                        + all.stream().map(BudgetConfig::name).collect(Collectors.joining(", "))));
  }

  private void print(BudgetCycle cycle, List<Carried> carried) {
    var out = spec.commandLine().getOut();
    var total = Money.ZERO;
    for (var each : carried) {
      total = total.saturatedPlus(each.amount());
      out.printf(
          "%s USD of budget '%s' from %s%n",
          each.amount(), each.from().budget(), each.from().cycle().start());
    }
    out.printf(
        "%s USD in all %s budget '%s' from %s.%n",
        total, dryRun ? "to carry to" : "carried to", to, cycle.cycle().start());
    out.flush();
  }
}
