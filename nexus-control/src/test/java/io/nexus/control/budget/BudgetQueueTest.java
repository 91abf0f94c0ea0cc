package io.nexus.control.budget;

import static io.nexus.control.budget.BudgetFixture.START;
import static io.nexus.control.budget.BudgetFixture.all;
import static io.nexus.control.budget.BudgetFixture.terms;
import static io.nexus.control.budget.BudgetFixture.usd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetQueue.Entry;
import io.nexus.control.budget.BudgetQueue.Outcome;
import io.nexus.control.budget.BudgetQueue.Priority;
import io.nexus.control.budget.BudgetQueue.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BudgetQueueTest {

  private static final Duration LONG = Duration.ofSeconds(15);

  private final AtomicLong now = new AtomicLong(START);
  private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
  private final Budgets book =
      BudgetFixture.book(
          BudgetListener.NONE,
          terms("a", "1", new Window.Lifetime()),
          terms("b", "1", new Window.Every(Duration.ofMinutes(1))));
  private final RequestBudgets onA = new RequestBudgets(book.budgets().getFirst());
  private final RequestBudgets onB = new RequestBudgets(book.budgets().getLast());
  private final BudgetQueue queue = new BudgetQueue(book, 4, clock, System::nanoTime);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BlockingQueue<String> served = new LinkedBlockingQueue<>();

  @AfterEach
  void end() {
    queue.close();
    threads.close();
  }

  private Ticket enter(Priority priority, RequestBudgets budgets, Duration maxWait) {
    return assertInstanceOf(Entry.Entered.class, queue.enter(priority, budgets, maxWait)).ticket();
  }

  /** Returns once the waiter has made its first attempt, or waits behind one of its kind. */
  private Future<Outcome> wait(
      String name, Ticket ticket, RequestBudgets budgets, String amount, boolean first)
      throws InterruptedException {
    var tried = new CountDownLatch(first ? 1 : 0);
    var future =
        threads.submit(
            () -> {
              try (ticket) {
                return ticket.await(
                    () -> {
                      boolean held = budgets.hold().take(usd(amount), now.get());
                      if (held) {
                        served.add(name);
                      }
                      tried.countDown();
                      return held;
                    });
              }
            });
    tried.await();
    return future;
  }

  private BudgetHold held(RequestBudgets budgets, String amount) {
    var hold = budgets.hold();
    assertTrue(hold.take(usd(amount), now.get()));
    return hold;
  }

  @Test
  void await_moneyThere_isServedAtOnce() throws Exception {
    var ticket = enter(Priority.NORMAL, onA, LONG);

    assertEquals(1, queue.depth());
    assertEquals(Outcome.SERVED, wait("x", ticket, onA, "1", true).get());
    assertEquals(0, queue.depth());
  }

  @Test
  void await_holdReleased_isServed() throws Exception {
    var hold = held(onA, "1");
    var waiter = wait("x", enter(Priority.NORMAL, onA, LONG), onA, "0.5", true);

    assertFalse(waiter.isDone());
    hold.close();
    assertEquals(Outcome.SERVED, waiter.get());
  }

  @Test
  void await_settledForLess_isServed() throws Exception {
    var hold = held(onA, "1");
    var waiter = wait("x", enter(Priority.NORMAL, onA, LONG), onA, "0.5", true);

    assertTrue(hold.settle(usd("0.5")));
    assertEquals(Outcome.SERVED, waiter.get());
  }

  @Test
  void await_limitRaised_isServed() throws Exception {
    held(onA, "1");
    var waiter = wait("x", enter(Priority.NORMAL, onA, LONG), onA, "0.5", true);

    book.budgets().getFirst().changeLimit(usd("2"), START);
    assertEquals(Outcome.SERVED, waiter.get());
  }

  @Test
  void await_cycleTurnsByAnotherRequest_isServed() throws Exception {
    held(onB, "1");
    var waiter = wait("x", enter(Priority.NORMAL, onB, LONG), onB, "1", true);

    now.addAndGet(60_000);
    book.budgets().getLast().touch(now.get());
    assertEquals(Outcome.SERVED, waiter.get());
  }

  @Test
  void await_cycleEndsAndNobodyComes_isServedAtItsEnd() throws Exception {
    var real = InstantSource.system();
    var quick =
        new Budgets(
            List.of(terms("q", "1", new Window.Every(Duration.ofMillis(300)))),
            BudgetListener.NONE,
            real.millis());
    var set = all(quick);
    assertTrue(set.hold().take(usd("1"), real.millis()));
    try (var line = new BudgetQueue(quick, 1, real, System::nanoTime);
        var ticket = ((Entry.Entered) line.enter(Priority.NORMAL, set, LONG)).ticket()) {
      var attempts = new AtomicInteger();

      var outcome =
          ticket.await(
              () -> {
                attempts.incrementAndGet();
                return set.hold().take(usd("1"), real.millis());
              });
      assertEquals(Outcome.SERVED, outcome);
      assertTrue(attempts.get() <= 3, "polled " + attempts.get() + " times");
    }
  }

  @Test
  void await_several_areServedByPriorityThenInOrder() throws Exception {
    var hold = held(onA, "1");
    var _ = wait("normal-1", enter(Priority.NORMAL, onA, LONG), onA, "1", true);
    var second = enter(Priority.NORMAL, onA, LONG);
    var high = enter(Priority.HIGH, onA, LONG);
    var _ = wait("normal-2", second, onA, "0.1", false);
    var _ = wait("high", high, onA, "0.1", true);

    hold.close();
    assertEquals("high", served.take());
    assertEquals(List.of(), new ArrayList<>(served));
    book.budgets().getFirst().changeLimit(usd("1.1"), START);
    assertEquals("normal-1", served.take());
    book.budgets().getFirst().changeLimit(usd("1.2"), START);
    assertEquals("normal-2", served.take());
  }

  @Test
  void await_largeRequestFirst_letsOtherBudgetsPass() throws Exception {
    var holdA = held(onA, "1");
    var holdB = held(onB, "1");
    var large = wait("large", enter(Priority.NORMAL, onA, LONG), onA, "1", true);
    var small = wait("small", enter(Priority.NORMAL, onB, LONG), onB, "0.1", true);

    holdB.close();
    assertEquals(Outcome.SERVED, small.get());
    assertFalse(large.isDone());
    holdA.close();
    assertEquals(Outcome.SERVED, large.get());
  }

  @Test
  void await_sliceOver_keepsThePlaceAndLetsOthersPass() throws Exception {
    var hold = held(onA, "1");
    var first = enter(Priority.NORMAL, onA, LONG);
    assertEquals(Outcome.WAITING, first.await(() -> false, Duration.ofMillis(1)));
    assertEquals(1, queue.depth());
    var second = wait("second", enter(Priority.NORMAL, onA, LONG), onA, "0.4", true);

    hold.close();
    assertEquals(Outcome.SERVED, second.get());
    assertEquals(Outcome.SERVED, first.await(() -> onA.hold().take(usd("0.6"), START)));
  }

  @Test
  void await_tooLong_expires() throws Exception {
    var nanos = new AtomicLong();
    var line = new BudgetQueue(book, 1, clock, nanos::get);
    var ticket = ((Entry.Entered) line.enter(Priority.NORMAL, onA, LONG)).ticket();

    var outcome =
        ticket.await(
            () -> {
              nanos.addAndGet(LONG.toNanos());
              return false;
            });
    assertEquals(Outcome.EXPIRED, outcome);
    assertEquals(LONG, ticket.waited());
    assertEquals(0, line.depth());
    assertEquals(Outcome.EXPIRED, ticket.await(() -> true));
  }

  @Test
  void leave_whileWaiting_endsTheWaitAndCallsTheNext() throws Exception {
    var hold = held(onA, "0.5");
    var ticket = enter(Priority.NORMAL, onA, LONG);
    var first = wait("first", ticket, onA, "1", true);
    var second = wait("second", enter(Priority.NORMAL, onA, LONG), onA, "0.5", false);

    ticket.leave();
    assertEquals(Outcome.LEFT, first.get());
    assertEquals(Outcome.SERVED, second.get());
    hold.close();
  }

  @Test
  void close_whileWaiting_answersAllAndAdmitsNobody() throws Exception {
    held(onA, "1");
    var first = wait("first", enter(Priority.HIGH, onA, LONG), onA, "1", true);
    var second = wait("second", enter(Priority.NORMAL, onA, LONG), onA, "1", false);

    queue.close();
    assertEquals(Outcome.CLOSED, first.get());
    assertEquals(Outcome.CLOSED, second.get());
    assertInstanceOf(Entry.Closed.class, queue.enter(Priority.HIGH, onA, LONG));
  }

  @Test
  void enter_allPlacesTaken_isFullUntilOneIsGivenBack() {
    var tickets = new ArrayList<Ticket>();
    for (int i = 0; i < 4; i++) {
      tickets.add(enter(Priority.NORMAL, onA, LONG));
    }

    assertInstanceOf(Entry.Full.class, queue.enter(Priority.HIGH, onA, LONG));
    tickets.getFirst().close();
    tickets.getFirst().close();
    assertEquals(3, queue.depth());
    assertInstanceOf(Entry.Entered.class, queue.enter(Priority.HIGH, onA, LONG));
  }

  @Test
  void isAwaited_sameBudgetsOnly_isTrueWhileSomebodyWaits() {
    assertFalse(queue.isAwaited(onA));
    try (var _ = enter(Priority.NORMAL, onA, LONG)) {
      assertTrue(queue.isAwaited(new RequestBudgets(book.budgets().getFirst())));
      assertFalse(queue.isAwaited(onB));
    }
    assertFalse(queue.isAwaited(onA));
  }

  @Test
  void await_attemptFails_passesTheTurnOn() throws Exception {
    var ticket = enter(Priority.NORMAL, onA, LONG);
    var second = enter(Priority.NORMAL, onA, LONG);

    assertThrows(
        IllegalStateException.class,
        () ->
            ticket.await(
                () -> {
                  throw new IllegalStateException("attempt");
                }));
    assertEquals(Outcome.SERVED, wait("second", second, onA, "1", true).get());
    ticket.close();
    assertEquals(0, queue.depth());
  }

  @Test
  void await_threadInterrupted_givesThePlaceUpOnClose() throws Exception {
    held(onA, "1");
    var waiter = wait("x", enter(Priority.NORMAL, onA, LONG), onA, "1", true);

    assertTrue(waiter.cancel(true));
    threads.close();
    assertEquals(0, queue.depth());
  }

  @Test
  void await_manyWaitersAndHolders_servesAll() throws Exception {
    var line = new BudgetQueue(book, 1_000, clock, System::nanoTime);
    var outcomes = new ArrayList<Future<Outcome>>();
    for (int i = 0; i < 300; i++) {
      var set = i % 3 == 0 ? all(book) : i % 3 == 1 ? onA : onB;
      var priority = i % 5 == 0 ? Priority.HIGH : Priority.NORMAL;
      outcomes.add(
          threads.submit(
              () -> {
                var hold = set.hold();
                try (hold;
                    var ticket = ((Entry.Entered) line.enter(priority, set, LONG)).ticket()) {
                  var outcome = ticket.await(() -> hold.take(usd("0.4"), now.get()));
                  TimeUnit.MICROSECONDS.sleep(50);
                  return outcome;
                }
              }));
    }
    for (var outcome : outcomes) {
      assertEquals(Outcome.SERVED, outcome.get());
    }

    assertEquals(0, line.depth());
    for (var budget : book.budgets()) {
      assertEquals(usd("0"), budget.state(START).held());
    }
  }
}
