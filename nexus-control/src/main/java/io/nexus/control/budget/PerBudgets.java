package io.nexus.control.budget;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The budgets of one plan that is split by value. A value's budget is created when a request first
 * has the value.
 *
 * <h2>Which are in memory</h2>
 *
 * <p>At most {@code maxValues} are kept. When there is no room for a new one, the least recently
 * used are dropped, provided that loses nothing: they hold nothing, and their spend of the cycle is
 * zero or is in a ledger that reports it when they are created again. While none can be dropped,
 * all further values are counted together by the {@linkplain #shared} budget, which has the limit
 * of one value.
 *
 * <h2>Why a value never has two budgets</h2>
 *
 * <p>Two budgets of one value would each grant its limit. So a dropped budget is still found while
 * anything refers to it: a request that found it before, or the ledger's thread. It is created
 * again only when no reference is left, and hence nothing can spend it. Before it is dropped it is
 * put to {@linkplain Budget#sleep sleep}; a request that takes a hold on it wakes it, and it is
 * kept again.
 *
 * <p>Safe for any number of threads. A kept value is found without a lock.
 */
final class PerBudgets implements BudgetLookup.Filed {

  /** Creates a budget. */
  @FunctionalInterface
  interface Maker {

    /** Creates a budget under the plan. */
    Budget make(BudgetPlan plan, long nowMillis);
  }

  private static final Logger LOG = System.getLogger("io.nexus.budget");

  /** After a vain search for a budget to drop, the next search waits this long. */
  private static final long FULL_MILLIS = 1_000;

  /** Above this number, idle budgets sleep, so that the ledger thread need not ask about them. */
  private static final int MANY = 1_000;

  /** One in this number is dropped per search, so that the search pays off. */
  private static final int SHARE = 16;

  private final Budget shared;
  private final Maker maker;
  private final Map<String, Slot> slots = new ConcurrentHashMap<>();
  private final ReferenceQueue<Budget> gone = new ReferenceQueue<>();
  private final AtomicInteger kept = new AtomicInteger();
  private volatile BudgetPlan plan;
  private volatile Each each;
  private long fullSinceMillis = Long.MIN_VALUE;
  private boolean full;

  /**
   * Starts empty.
   *
   * @param shared counts the values for which there is no room
   */
  PerBudgets(BudgetPlan plan, Each each, Budget shared, Maker maker) {
    this.plan = plan;
    this.each = each;
    this.shared = shared;
    this.maker = maker;
  }

  /** A value's slot: a weak reference to its budget, plus a strong one while it is kept. */
  private final class Slot extends WeakReference<Budget> implements BudgetKeeper {
    private final String value;
    private final AtomicReference<@Nullable Budget> keeps = new AtomicReference<>();
    private volatile long usedMillis;

    Slot(String value, Budget budget) {
      super(budget, gone);
      this.value = value;
    }

    @Override
    public void woke() {
      var budget = get();
      if (budget != null && keeps.compareAndSet(null, budget)) {
        kept.incrementAndGet();
      }
    }

    @Override
    public boolean wantsRest() {
      return kept.get() > Math.min(MANY, each.maxValues() / 4 * 3);
    }

    /** Stops keeping it, unless a request wakes it. */
    void letGo() {
      var budget = keeps.getAndSet(null);
      if (budget != null) {
        kept.decrementAndGet();
        if (!budget.isAsleep()) {
          woke();
        }
      }
    }
  }

  /** Counts the values for which there is no room; it has the plan's name. */
  Budget shared() {
    return shared;
  }

  @Override
  public BudgetTerms terms() {
    return plan.terms();
  }

  Each each() {
    return each;
  }

  Per per() {
    return each.per();
  }

  /** The budget that counts a value. */
  Budget of(String value, long nowMillis) {
    // A value that looks like a digest may be a client's own choice.
    var slot = value.startsWith("~") ? null : slots.get(value);
    var budget = slot == null ? null : slot.keeps.get();
    if (slot == null || budget == null) {
      return found(Per.shown(value), nowMillis).orElse(shared);
    }
    slot.usedMillis = nowMillis;
    return budget;
  }

  /** The budget of a value in its shown form; empty if there is no room for it. */
  synchronized Optional<Budget> found(String shown, long nowMillis) {
    var slot = slots.get(shown);
    var budget = slot == null ? null : slot.get();
    if (slot != null && budget != null && slot.keeps.get() != null) {
      return Optional.of(budget);
    }
    if (!hasRoom(nowMillis)) {
      return Optional.ofNullable(budget);
    }
    if (slot == null || budget == null) {
      budget = maker.make(plan.of(shown, each), nowMillis);
      slot = new Slot(shown, budget);
      budget.keptBy(slot);
      slots.put(shown, slot);
    }
    slot.usedMillis = nowMillis;
    slot.woke();
    return Optional.of(budget);
  }

  private boolean hasRoom(long nowMillis) {
    forgetGone();
    if (kept.get() < each.maxValues()) {
      full = false;
      return true;
    }
    if (full && nowMillis >= fullSinceMillis && nowMillis - fullSinceMillis < FULL_MILLIS) {
      return false;
    }
    makeRoom(nowMillis);
    if (kept.get() < each.maxValues()) {
      full = false;
      return true;
    }
    if (!full) {
      LOG.log(
          Level.WARNING,
          "Budget {0}: all of its {1} values in memory are in use: further ones are counted"
              + " together, by one limit; raise max_values",
          plan.terms().name(),
          String.valueOf(each.maxValues()));
    }
    full = true;
    fullSinceMillis = nowMillis;
    return false;
  }

  private void makeRoom(long nowMillis) {
    int wanted = Math.max(1, each.maxValues() / SHARE) + kept.get() - each.maxValues();
    record Used(Slot slot, long millis) {}
    // Read once, since requests go on using them while this sorts.
    var oldestFirst =
        slots.values().stream()
            .map(slot -> new Used(slot, slot.usedMillis))
            .sorted(Comparator.comparingLong(Used::millis))
            .map(Used::slot)
            .toList();
    for (var slot : oldestFirst) {
      var budget = slot.keeps.get();
      if (budget != null && budget.sleep(nowMillis)) {
        slot.letGo();
        if (--wanted <= 0) {
          return;
        }
      }
    }
  }

  private void forgetGone() {
    for (var reference = gone.poll(); reference != null; reference = gone.poll()) {
      if (reference instanceof Slot slot) {
        slots.remove(slot.value, slot);
      }
    }
  }

  /** Whether they can adopt another plan; if not, new ones replace them. */
  boolean goesOn(Budget nextShared, Each next) {
    return shared.equals(nextShared) && each.per().equals(next.per());
  }

  /** Adopts another plan; whether it differs. */
  synchronized boolean follow(BudgetPlan next, Each nextEach, long nowMillis) {
    var before = plan;
    var eachBefore = each;
    plan = next;
    each = nextEach;
    if (before.equals(next)) {
      return false;
    }
    boolean alike = before.single().equals(next.single());
    for (var slot : slots.values()) {
      var budget = slot.get();
      boolean same = alike && eachBefore.override(slot.value).equals(nextEach.override(slot.value));
      if (budget != null && !same) {
        budget.follow(next.of(slot.value, nextEach), nowMillis);
      }
    }
    return true;
  }

  /** The kept budgets that were used in the current cycle, sorted by name. */
  List<Budget> kept(long nowMillis) {
    var all = new ArrayList<Budget>(kept.get());
    for (var slot : slots.values()) {
      var budget = slot.keeps.get();
      if (budget != null && !budget.isOver(nowMillis)) {
        all.add(budget);
      }
    }
    all.sort(Comparator.comparing(budget -> budget.terms().name()));
    return all;
  }

  /** The state nearest to its limit, among the kept budgets and the given state. */
  BudgetState tightest(BudgetState other, long nowMillis) {
    var tightest = other;
    for (var slot : slots.values()) {
      var budget = slot.keeps.get();
      if (budget != null && !budget.isOver(nowMillis)) {
        var state = budget.state(nowMillis);
        if (state.spentBasisPoints() > tightest.spentBasisPoints()) {
          tightest = state;
        }
      }
    }
    return tightest;
  }

  /** How many are kept. */
  int size() {
    return kept.get();
  }

  /** Starts new cycles of those in use, and drops those whose cycle is over. */
  void touch(long nowMillis) {
    for (var slot : slots.values()) {
      var budget = slot.keeps.get();
      if (budget == null) {
        continue;
      }
      if (budget.isOver(nowMillis) && budget.sleep(nowMillis)) {
        slot.letGo();
      } else if (!budget.isAsleep()) {
        budget.touch(nowMillis);
      }
    }
    synchronized (this) {
      forgetGone();
    }
  }
}
