package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Checks that holds on one budget have one order: whatever threads do at once, each answer is one
 * that the same calls give when made one after the other. Public because the checker calls it from
 * code of its own.
 */
@Param(name = "hold", gen = IntGen.class, conf = "0:1")
@Param(name = "amount", gen = IntGen.class, conf = "1:4")
public class HoldLincheckTest {

  private static final long START = 0;
  private static final long TURN = 1_000;

  private final BudgetBook book =
      new BudgetBook(
          List.of(
              new BudgetTerms(
                  "budget",
                  Map.of(),
                  new Money(5),
                  new Window.Every(Duration.ofMillis(TURN)),
                  ZoneOffset.UTC,
                  80,
                  HardLimitAction.REJECT,
                  false)),
          BudgetListener.NONE,
          START);
  private final Budget budget = book.budgets().getFirst();
  private final BudgetSet set = new BudgetSet(budget);
  private final List<Hold> holds = List.of(set.hold(), set.hold());

  /** The checker makes one for every run. */
  public HoldLincheckTest() {}

  /** {@link Hold#take}. */
  @Operation
  public boolean take(@Param(name = "hold") int hold, @Param(name = "amount") int amount) {
    return holds.get(hold).take(new Money(amount), START);
  }

  /** {@link Hold#extend}. */
  @Operation
  public boolean extend(@Param(name = "hold") int hold, @Param(name = "amount") int amount) {
    return holds.get(hold).extend(new Money(amount));
  }

  /** {@link Hold#settle}. */
  @Operation
  public boolean settle(@Param(name = "hold") int hold, @Param(name = "amount") int amount) {
    return holds.get(hold).settle(new Money(amount));
  }

  /** {@link Hold#close}. */
  @Operation
  public void close(@Param(name = "hold") int hold) {
    holds.get(hold).close();
  }

  /** {@link Budget#changeLimit}. */
  @Operation
  public void changeLimit(@Param(name = "amount") int amount) {
    budget.changeLimit(new Money(amount), START);
  }

  /** {@link Budget#touch}, after the end of the cycle. */
  @Operation
  public void turn() {
    budget.touch(TURN);
  }

  /** {@link BudgetSet#available}. */
  @Operation
  public long available() {
    return set.available(START).nanos();
  }

  private static <O extends Options<O, ?>> O sized(O options) {
    return options.threads(2).actorsPerThread(3).actorsBefore(1).actorsAfter(1);
  }

  @Test
  void operations_everyInterleaving_haveOneOrder() {
    sized(new ModelCheckingOptions())
        .iterations(8)
        .invocationsPerIteration(200)
        .check(HoldLincheckTest.class);
  }

  @Test
  void operations_underStress_haveOneOrder() {
    sized(new StressOptions())
        .iterations(6)
        .invocationsPerIteration(150)
        .check(HoldLincheckTest.class);
  }
}
