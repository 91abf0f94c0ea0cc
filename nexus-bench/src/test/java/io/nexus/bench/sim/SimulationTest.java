package io.nexus.bench.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.money.Money;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {

  private static SimulationOptions small(long random) {
    return new SimulationOptions(20, 50, 60, random);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void run_crashesAndCuts_overspendsNothingAndForgetsNothing(long random) throws Exception {
    var result = new Simulation(small(random)).run();
    assertEquals(Money.ZERO, result.overshoot(), result::text);
    assertEquals(Money.ZERO, result.unaccounted(), result::text);
    assertTrue(result.booksAgree(), result::text);
    assertTrue(result.holds(), result::text);
    var counts = result.counts();
    assertTrue(counts.crashes() > 0 && counts.cuts() > 0, result::text);
    assertTrue(counts.refused() > 0, result::text);
    assertTrue(counts.served() > counts.granted(), result::text);
    assertTrue(counts.served() > counts.unavailable() * 5, () -> "unserved: " + result.text());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void run_slowLinesAndLateAnswers_overspendsNothingAndForgetsNothing(long random)
      throws Exception {
    var result = new Simulation(small(random).slow(900)).run();
    assertTrue(result.holds(), result::text);
    assertTrue(result.counts().served() > result.counts().unavailable(), result::text);
    assertTrue(result.counts().crashes() + result.counts().cuts() > 0, result::text);
  }

  /** One gateway goes on without its ledger, which is cut off and late again and again. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void run_oneOpenGateway_overspendsNothingAndForgetsNothing(long random) throws Exception {
    var options = new SimulationOptions(1, 20, 600, random).open().slow(900);
    var result = new Simulation(options).run();
    assertTrue(result.holds(), result::text);
    assertEquals(0, result.counts().unavailable(), result::text);
    assertTrue(result.counts().refused() > 0, result::text);
  }

  @Test
  void run_sameOptions_givesTheSameResult() throws Exception {
    assertEquals(new Simulation(small(7)).run().text(), new Simulation(small(7)).run().text());
  }

  @Test
  void run_ledgerThatGrantsTwiceTheLimit_tellsTheOvershoot() throws Exception {
    var result = new Simulation(small(1), SimulationTest::generous).run();
    assertTrue(result.overshoot().nanos() > 0, result::text);
    assertFalse(result.holds());
  }

  private static Ledger generous(Ledger ledger) {
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (_, method, arguments) -> {
              if (method.getName().equals("draw")) {
                arguments[1] =
                    ((List<?>) arguments[1]).stream().map(each -> doubled((Draw) each)).toList();
              }
              try {
                return method.invoke(ledger, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private static Draw doubled(Draw draw) {
    return new Draw(
        draw.charge(),
        draw.limit().plus(draw.limit()),
        draw.wanted(),
        draw.least(),
        draw.divisor());
  }
}
