package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.Duration;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * The same as {@link HoldLincheckTest} for what changes a budget under way: a new limit, and the
 * turn of the cycle.
 */
@Param(name = "hold", gen = IntGen.class, conf = "0:1")
@Param(name = "amount", gen = IntGen.class, conf = "2:4")
public class CycleLincheckTest {

  private final Budgets book =
      BudgetFixture.book(
          BudgetListener.NONE,
          BudgetFixture.terms(
              "budget",
              5,
              new Window.Every(Duration.ofMillis(BudgetFixture.MINUTE)),
              HardLimitAction.REJECT,
              false));
  private final List<BudgetHold> holds =
      List.of(BudgetFixture.all(book).hold(), BudgetFixture.all(book).hold());

  /** The checker makes one for every run. */
  public CycleLincheckTest() {}

  /** {@link BudgetHold#take}. */
  @Operation
  public boolean take(@Param(name = "hold") int hold, @Param(name = "amount") int amount) {
    return holds.get(hold).take(new Money(amount), BudgetFixture.START);
  }

  /** {@link BudgetHold#settle}. */
  @Operation
  public boolean settle(@Param(name = "hold") int hold, @Param(name = "amount") int amount) {
    return holds.get(hold).settle(new Money(amount));
  }

  /** {@link Budget#changeLimit}. */
  @Operation
  public void changeLimit(@Param(name = "amount") int amount) {
    book.budgets().getFirst().changeLimit(new Money(amount), BudgetFixture.START);
  }

  /** {@link Budget#touch} after the end of the cycle. */
  @Operation
  public void turn() {
    book.budgets().getFirst().touch(BudgetFixture.START + BudgetFixture.MINUTE);
  }

  /** {@link RequestBudgets#available}. */
  @Operation
  public long available() {
    return BudgetFixture.all(book).available(BudgetFixture.START).nanos();
  }

  @Test
  void operations_everyInterleaving_haveOneOrder() {
    new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(1)
        .iterations(10)
        .invocationsPerIteration(100)
        .check(CycleLincheckTest.class);
  }

  @Test
  void operations_underStress_haveOneOrder() {
    new StressOptions()
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(1)
        .iterations(4)
        .invocationsPerIteration(100)
        .check(CycleLincheckTest.class);
  }
}
