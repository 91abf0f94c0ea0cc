package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Checks that holds on one budget have one order: whatever threads do at once, each answer is one
 * that the same calls give when made one after the other. Public because the checker calls it from
 * code of its own. Two holds together never fit, so that nearly every interleaving matters.
 */
@Param(name = "hold", gen = IntGen.class, conf = "0:1")
@Param(name = "amount", gen = IntGen.class, conf = "3:4")
public class HoldLincheckTest {

  private final Budgets book =
      BudgetFixture.book(
          BudgetListener.NONE,
          BudgetFixture.terms("budget", 5, new Window.Lifetime(), HardLimitAction.REJECT, false));
  private final List<BudgetHold> holds =
      List.of(BudgetFixture.all(book).hold(), BudgetFixture.all(book).hold());

  /** The checker makes one for every run. */
  public HoldLincheckTest() {}

  /** {@link BudgetHold#take}. */
  @Operation
  public boolean take(@Param(name = "hold") int hold, @Param(name = "amount") int amount) {
    return holds.get(hold).take(new Money(amount), BudgetFixture.START);
  }

  /** {@link BudgetHold#extend}. */
  @Operation
  public boolean extend(@Param(name = "hold") int hold, @Param(name = "amount") int amount) {
    return holds.get(hold).extend(new Money(amount));
  }

  /** {@link BudgetHold#settle}. */
  @Operation
  public boolean settle(@Param(name = "hold") int hold, @Param(name = "amount") int amount) {
    return holds.get(hold).settle(new Money(amount));
  }

  /** {@link BudgetHold#close}. */
  @Operation
  public void close(@Param(name = "hold") int hold) {
    holds.get(hold).close();
  }

  @Test
  void operations_everyInterleaving_haveOneOrder() {
    new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(1)
        .iterations(12)
        .invocationsPerIteration(80)
        .check(HoldLincheckTest.class);
  }

  @Test
  void operations_underStress_haveOneOrder() {
    new StressOptions()
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(1)
        .iterations(2)
        .invocationsPerIteration(100)
        .check(HoldLincheckTest.class);
  }
}
