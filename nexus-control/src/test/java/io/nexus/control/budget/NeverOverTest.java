package io.nexus.control.budget;

import static io.nexus.control.budget.BudgetFixture.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of interleaved operations of many threads on overlapping budgets, compared with a plain
 * model. The grants of each thread are recorded and replayed in the model afterwards: sums do not
 * depend on the order, so the figures must be equal to the nano-dollar.
 */
class NeverOverTest {

  private static final int BUDGETS = 6;
  private static final int THREADS = 8;
  private static final int OPERATIONS = 2_500;

  /** The result of one ended hold. */
  private record Charge(List<Integer> budgets, long nanos) {}

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14})
  void operations_manyThreads_neverOverAndEqualToTheModel(long seed) throws Exception {
    var terms =
        IntStream.range(0, BUDGETS)
            .mapToObj(
                i ->
                    BudgetFixture.terms(
                        "b" + i,
                        3_000L * (i + 1),
                        new Window.Lifetime(),
                        HardLimitAction.REJECT,
                        false))
            .toList();
    var book = new Budgets(terms, BudgetListener.NONE, START);
    var charges = new ConcurrentLinkedQueue<Charge>();
    var refused = new AtomicInteger();
    try (var watch = new Watch(book, START)) {
      inParallel(
          seed,
          random -> {
            for (int i = 0; i < OPERATIONS; i++) {
              request(book, random, charges, refused);
            }
          });
      watch.stop();
    }

    var model = new long[BUDGETS];
    for (var charge : charges) {
      for (int budget : charge.budgets) {
        model[budget] += charge.nanos;
      }
    }
    for (int i = 0; i < BUDGETS; i++) {
      var state = book.budgets().get(i).state(START);
      assertEquals(model[i], state.spent().nanos(), "seed " + seed + ", spent on " + i);
      assertEquals(Money.ZERO, state.held(), "seed " + seed + ", held on " + i);
      assertEquals(3_000L * (i + 1) - model[i], state.remaining().nanos());
    }
    assertTrue(refused.get() > 100, "seed " + seed + ": hardly any request met a limit");
    assertTrue(charges.size() > 100, "seed " + seed + ": hardly any request was admitted");
  }

  private static void request(
      Budgets book,
      SplittableRandom random,
      ConcurrentLinkedQueue<Charge> charges,
      AtomicInteger refused) {
    var chosen =
        random.ints(0, BUDGETS).distinct().limit(random.nextInt(1, 4)).sorted().boxed().toList();
    var hold =
        new RequestBudgets(chosen.stream().map(book.budgets()::get).toArray(Budget[]::new)).hold();
    long held = random.nextLong(300, 1_500);
    if (!hold.take(new Money(held), START)) {
      refused.incrementAndGet();
      return;
    }
    assertNotOver(book);
    for (int steps = random.nextInt(3); steps > 0; steps--) {
      long more = random.nextLong(0, 400);
      if (hold.extend(new Money(more))) {
        held += more;
        assertNotOver(book);
      }
    }
    if (random.nextInt(3) == 0) {
      hold.close();
    } else {
      long actual = random.nextLong(0, 2);
      assertTrue(hold.settle(new Money(actual)));
      charges.add(new Charge(chosen, actual));
    }
    hold.close();
  }

  /** Nothing here settles for more than it held, so no account may ever be overdrawn. */
  private static void assertNotOver(Budgets book) {
    for (var budget : book.budgets()) {
      assertTrue(budget.account(START).available() >= 0, budget.terms().name());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23, 24})
  void operations_cyclesTurnMeanwhile_leavesNothingHeld(long seed) throws Exception {
    var window = new Window.Every(Duration.ofMillis(100));
    var terms =
        IntStream.range(0, 3)
            .mapToObj(i -> BudgetFixture.terms("b" + i, 500, window, HardLimitAction.REJECT, false))
            .toList();
    var heard = new BudgetFixture.Heard();
    var book = new Budgets(terms, heard, START);
    var clock = new AtomicLong(START);
    var turns = 40;
    try (var watch = new Watch(book, START)) {
      inParallel(
          seed,
          random -> {
            for (int i = 0; i < OPERATIONS; i++) {
              long now = START + Math.min(turns * 100L, clock.getAndIncrement() - START);
              try (var hold = BudgetFixture.all(book).hold()) {
                if (hold.take(new Money(random.nextLong(20, 50)), now)) {
                  var _ = hold.extend(new Money(random.nextLong(0, 20)), now);
                  assertTrue(hold.settle(new Money(random.nextLong(0, 20))));
                }
              }
            }
          });
      watch.stop();
    }

    long end = START + turns * 100L;
    for (var budget : book.budgets()) {
      assertEquals(Money.ZERO, budget.state(end).held(), "seed " + seed);
      assertEquals(
          turns,
          heard.all().stream().filter(("turned:" + budget.terms().name())::equals).count(),
          "seed " + seed + ": every cycle turns once");
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {31, 32, 33, 34})
  void operations_limitsChangeMeanwhile_keepTheBooks(long seed) throws Exception {
    var book =
        BudgetFixture.book(
            BudgetListener.NONE,
            BudgetFixture.terms("b", 1_000, new Window.Lifetime(), HardLimitAction.REJECT, false));
    var budget = book.budgets().getFirst();
    var spent = new AtomicLong();
    inParallel(
        seed,
        random -> {
          for (int i = 0; i < OPERATIONS; i++) {
            switch (random.nextInt(12)) {
              case 0 -> budget.changeLimit(new Money(random.nextLong(500, 1_000)), START);
              case 1 -> budget.raise(new Money(1), Instant.ofEpochMilli(START + 1), START);
              default -> {
                try (var hold = BudgetFixture.all(book).hold()) {
                  if (hold.take(new Money(random.nextLong(1, 100)), START)) {
                    long actual = random.nextLong(0, 2);
                    spent.addAndGet(actual);
                    assertTrue(hold.settle(new Money(actual)));
                  }
                }
              }
            }
          }
        });

    var change = budget.changeLimit(new Money(100_000), START + 1);
    assertEquals(new Money(spent.get()), change.after().spent(), "seed " + seed);
    assertEquals(Money.ZERO, change.after().held(), "seed " + seed);
    assertEquals(100_000 - spent.get(), BudgetFixture.all(book).available(START + 1).nanos());
    assertTrue(BudgetFixture.all(book).hold().take(new Money(100_000 - spent.get()), START + 1));
  }

  private interface Work {
    void with(SplittableRandom random);
  }

  private static void inParallel(long seed, Work work) throws Exception {
    var seeds = new SplittableRandom(seed);
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      var tasks = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < THREADS; i++) {
        var random = seeds.split();
        tasks.add(
            () -> {
              work.with(random);
              return true;
            });
      }
      for (var done : threads.invokeAll(tasks)) {
        assertTrue(done.get());
      }
    }
  }

  /** Reads all budgets all the time, and fails if one was over its limit at any reading. */
  private static final class Watch implements AutoCloseable {

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<String> overruns = new ArrayList<>();
    private final Thread reader;
    private long readings;

    Watch(Budgets book, long now) {
      reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!stopped.get() || readings == 0) {
                      for (var budget : book.budgets()) {
                        var state = budget.state(now);
                        long sum = state.spent().nanos() + state.held().nanos();
                        if (sum > state.limit().nanos()) {
                          overruns.add(state.toString());
                        }
                      }
                      readings++;
                    }
                  });
    }

    void stop() throws InterruptedException {
      stopped.set(true);
      reader.join();
      assertEquals(List.of(), overruns);
      assertTrue(readings > 0);
    }

    @Override
    public void close() {
      stopped.set(true);
    }
  }
}
