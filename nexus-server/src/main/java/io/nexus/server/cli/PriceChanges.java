package io.nexus.server.cli;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up corrections by model and by budget. Not for concurrent use. */
final class PriceChanges {

  private record Priced(String model, String price) implements Comparable<Priced> {

    private static final Comparator<Priced> ORDER =
        Comparator.comparing(Priced::model).thenComparing(Priced::price);

    @Override
    public int compareTo(Priced other) {
      return ORDER.compare(this, other);
    }
  }

  private record Sum(long records, Money difference) {
    Sum plus(Sum other) {
      return new Sum(records + other.records, difference.plus(other.difference));
    }
  }

  private final Map<Priced, Sum> models = new TreeMap<>();
  private final Map<BudgetCycle, Sum> budgets = new TreeMap<>();

  /** Adds a correction. */
  void add(SpendRecord correction) {
    var one = new Sum(1, correction.cost());
    models.merge(new Priced(correction.target().model(), correction.price()), one, Sum::plus);
    correction.charges().forEach(charge -> budgets.merge(charge, one, Sum::plus));
  }

  /** Prints the sums; nothing if there are none. */
  void print(PrintWriter out) {
    if (models.isEmpty()) {
      return;
    }
    var byModel = new TextTable(List.of("model", "records", "change USD", "price now"), 3);
    models.forEach(
        (priced, sum) ->
            byModel.add(
                List.of(
                    priced.model(),
                    Long.toString(sum.records()),
                    signed(sum.difference()),
                    priced.price())));
    byModel.print(out);
    out.println();
    if (budgets.isEmpty()) {
      return;
    }
    var byBudget = new TextTable(List.of("budget", "cycle from", "records", "change USD"), 1);
    budgets.forEach(
        (charge, sum) ->
            byBudget.add(
                List.of(
                    charge.budget(),
                    charge.cycle().start().toString(),
                    Long.toString(sum.records()),
                    signed(sum.difference()))));
    byBudget.print(out);
    out.println();
  }

  private static String signed(Money difference) {
    return difference.nanos() > 0 ? "+" + difference : difference.toString();
  }
}
