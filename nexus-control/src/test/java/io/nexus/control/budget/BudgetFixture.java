package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Budgets to test with, and a listener that remembers. */
final class BudgetFixture {

  static final long START = 1_700_000_000_000L;
  static final long MINUTE = 60_000;

  private BudgetFixture() {}

  static BudgetTerms terms(String name, String limit, Window window) {
    return terms(name, Money.usd(limit).nanos(), window, HardLimitAction.REJECT, false);
  }

  static BudgetTerms terms(
      String name, long limitNanos, Window window, HardLimitAction action, boolean shadow) {
    return new BudgetTerms(
        name, Map.of(), new Money(limitNanos), window, ZoneOffset.UTC, 80, action, shadow);
  }

  static BudgetTerms matching(String name, Map<Dimension, String> match) {
    return new BudgetTerms(
        name,
        match,
        Money.usd("1"),
        new Window.Lifetime(),
        ZoneOffset.UTC,
        80,
        HardLimitAction.REJECT,
        false);
  }

  static Budgets book(BudgetListener listener, BudgetTerms... terms) {
    return new Budgets(List.of(terms), listener, START);
  }

  static RequestBudgets all(Budgets book) {
    return new RequestBudgets(book.budgets().toArray(Budget[]::new));
  }

  static Money usd(String amount) {
    return Money.usd(amount);
  }

  /** Records its events, as {@code soft:name}, {@code hard:name} and so on. */
  static final class Heard implements BudgetListener {

    private final List<String> events = new CopyOnWriteArrayList<>();

    /** The events since the last call. */
    List<String> since() {
      var told = new ArrayList<>(events);
      events.clear();
      return told;
    }

    /** All events not read yet. */
    List<String> all() {
      return List.copyOf(events);
    }

    @Override
    public void softLimitReached(BudgetState state) {
      events.add("soft:" + state.terms().name());
    }

    @Override
    public void hardLimitReached(BudgetState state) {
      events.add("hard:" + state.terms().name());
    }

    @Override
    public void refusalWaived(BudgetTerms terms) {
      events.add("waived:" + terms.name());
    }

    @Override
    public void cycleTurned(BudgetState state) {
      events.add("turned:" + state.terms().name());
    }
  }
}
