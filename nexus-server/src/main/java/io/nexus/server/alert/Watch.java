package io.nexus.server.alert;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nexus.config.AlertConfig;
import io.nexus.config.AlertEvent;
import io.nexus.control.budget.Budget;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.Cycle;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One alert's watch over one budget: the thresholds reported in this cycle, and the start of the
 * observed spend.
 *
 * <p>For one thread at a time.
 */
final class Watch {

  private static final int BASIS_POINTS = 100;
  private static final int WHOLE = 100;
  private static final String REFUSED = "refused";

  /** A thousand years: longer forecasts are dropped. */
  private static final BigInteger LONGEST_MILLIS =
      BigInteger.valueOf(1_000L * 365 * 86_400 * 1_000);

  /** No budget's cycle: the first check finds a different one. */
  private static final Cycle BEFORE_ALL = new Cycle(Instant.MIN, Instant.MIN);

  private final String alert;
  private final List<Integer> thresholds;
  private final boolean tellsRefusals;
  private final Budget budget;
  private final SentNotices shared;
  private final Set<String> sent = new HashSet<>();
  private Cycle cycle = BEFORE_ALL;
  private Instant since = Instant.MIN;
  private long spentThen;
  private long spentLast;

  /** Starts with {@link #begin}, or else with the first {@link #look}. */
  Watch(AlertConfig alert, Budget budget, SentNotices shared) {
    this.alert = alert.name();
    this.thresholds = alert.on().contains(AlertEvent.THRESHOLD) ? alert.thresholds() : List.of();
    this.tellsRefusals = alert.on().contains(AlertEvent.REFUSED);
    this.shared = shared;
    this.budget = budget;
  }

  /** Whether it watches this instance, rather than an earlier one of the same name. */
  @SuppressWarnings("ReferenceEquality") // a value that returns has a new account
  boolean isOf(Budget other) {
    return budget == other;
  }

  /** The watched budget. */
  Budget budget() {
    return budget;
  }

  /** Starts to observe the spend. */
  void begin(Instant now) {
    var state = budget.state(now.toEpochMilli());
    cycle = state.cycle();
    since = now;
    spentThen = state.spent().nanos();
    spentLast = spentThen;
  }

  /**
   * Reports each threshold reached for the first time in the cycle, lowest first, and refusals. A
   * budget that refuses counts as having reached 100 percent, because its rest fits no request.
   */
  void look(Instant now, Consumer<AlertMessage> tell) {
    var state = budget.state(now.toEpochMilli());
    long spent = state.spent().nanos();
    if (cycle.equals(BEFORE_ALL)) {
      begin(now);
    } else if (!state.cycle().equals(cycle)) {
      cycle = state.cycle();
      sent.clear();
      since = cycle.start();
      spentThen = 0;
    } else if (spent < spentLast) {
      // An operator has reset the spend.
      since = now;
      spentThen = spent;
    }
    spentLast = spent;
    boolean refuses = budget.isAtHardLimit();
    for (int threshold : thresholds) {
      boolean reached = state.spentBasisPoints() >= (long) threshold * BASIS_POINTS;
      if ((reached || (threshold == WHOLE && refuses)) && first(Integer.toString(threshold))) {
        tell.accept(
            new AlertMessage.Threshold(
                id(Integer.toString(threshold)),
                alert,
                threshold,
                state,
                now,
                exhaustion(state, now)));
      }
    }
    if (tellsRefusals && refuses && first(REFUSED)) {
      tell.accept(new AlertMessage.Refused(id(REFUSED), alert, state, now));
    }
  }

  private boolean first(String what) {
    return sent.add(what) && shared.first(alert, budget.terms().name(), cycle, what);
  }

  private String id(String what) {
    var all = alert + "\n" + budget.terms().name() + "\n" + cycle.start() + "\n" + what;
    return "msg_" + UUID.nameUUIDFromBytes(all.getBytes(UTF_8));
  }

  /** When the limit will be reached at the mean rate since the cycle or the watch began. */
  private Optional<Instant> exhaustion(BudgetState state, Instant now) {
    long left = state.limit().nanos() - state.spent().nanos();
    if (left <= 0) {
      return Optional.of(now);
    }
    long rise = state.spent().nanos() - spentThen;
    long millis = now.toEpochMilli() - since.toEpochMilli();
    if (rise <= 0 || millis <= 0) {
      return Optional.empty();
    }
    var more =
        BigInteger.valueOf(left)
            .multiply(BigInteger.valueOf(millis))
            .divide(BigInteger.valueOf(rise));
    if (more.compareTo(LONGEST_MILLIS) >= 0) {
      return Optional.empty();
    }
    return Optional.of(now.plusMillis(more.longValueExact())).filter(state.cycle().end()::isAfter);
  }
}
