package io.nexus.config;

import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.HoldPolicy;
import io.nexus.control.budget.Per;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import io.nexus.control.routing.UnboundedPolicy;
import io.nexus.control.routing.UnpricedPolicy;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** {@code [budget]} and {@code [[budgets]]}. */
final class BudgetSection {

  private static final Key<String> NAME = Key.of("name", Types.name());
  private static final Key<Per> PER = Key.of("per", Types.per());
  private static final Key<Integer> MAX_VALUES =
      Key.of("max_values", Types.whole(1, 1_000_000), 10_000);

  /** The reserved prefixes of the budgets of keys and teams. */
  private static final Set<String> TAKEN = Set.of("key", "team");

  private static final Key<Money> MONTHLY_LIMIT = Key.of("monthly_limit", Types.usd());
  private static final Key<Money> LIMIT = Key.of("limit", Types.usd());
  private static final Key<Window> WINDOW = Key.of("window", Windows.type(), new Window.Monthly(1));
  private static final Key<Integer> SOFT_LIMIT_PERCENT =
      Key.of("soft_limit_percent", Types.whole(0, 100), 80);
  private static final Key<HardLimitAction> HARD_LIMIT_ACTION =
      Key.of(
          "hard_limit_action",
          Types.choice(HardLimitAction.class, HardLimitAction::label),
          HardLimitAction.LOCAL_ONLY);
  private static final Key<Integer> BILLING_CYCLE_START_DAY =
      Key.of("billing_cycle_start_day", Types.whole(1, 31), 1);
  private static final Key<ZoneId> TIME_ZONE =
      Key.of("time_zone", Types.timeZone(), ZoneId.of("UTC"));
  private static final Key<Duration> RECONCILIATION_INTERVAL =
      Key.of("reconciliation_interval_seconds", Types.seconds(1, 86_400), Duration.ofMinutes(1));
  private static final Key<BudgetErrorPolicy> ON_ERROR =
      Key.of(
          "on_error",
          Types.choice(BudgetErrorPolicy.class, BudgetErrorPolicy::label),
          BudgetErrorPolicy.OPEN);
  private static final Key<BudgetMode> MODE =
      Key.of("mode", Types.choice(BudgetMode.class, BudgetMode::label), BudgetMode.ENFORCE);
  private static final Key<OverBudgetStatus> OVER_BUDGET_STATUS =
      Key.of(
          "over_budget_status",
          Types.choice(OverBudgetStatus.class, OverBudgetStatus::label),
          OverBudgetStatus.AUTO);
  private static final Key<HoldPolicy> HOLDS =
      Key.of("holds", Types.choice(HoldPolicy.class, HoldPolicy::label), HoldPolicy.ELASTIC);
  private static final Key<UnpricedPolicy> UNPRICED =
      Key.of(
          "unpriced",
          Types.choice(UnpricedPolicy.class, UnpricedPolicy::label),
          UnpricedPolicy.ESTIMATE);
  private static final Key<UnboundedPolicy> UNBOUNDED =
      Key.of(
          "unbounded",
          Types.choice(UnboundedPolicy.class, UnboundedPolicy::label),
          UnboundedPolicy.HOLD);
  private static final Key<Integer> MIN_OUTPUT_TOKENS =
      Key.of("min_output_tokens", Types.whole(1, 10_000_000), 64);
  private static final Key<Integer> DEFAULT_MAX_OUTPUT_TOKENS =
      Key.of("default_max_output_tokens", Types.whole(1, 10_000_000), 4096);
  private static final Key<Integer> MAX_SIZE = Key.of("max_size", Types.whole(0, 1_000_000), 100);
  private static final Key<Duration> MAX_WAIT =
      Key.of("max_wait_seconds", Types.seconds(0, 86_400), Duration.ofSeconds(30));

  /** A key of earlier versions, which accepted a single value. */
  private static final Key<Integer> HARD_LIMIT_PERCENT =
      Key.of("hard_limit_percent", Types.oneOf(100));

  private static final Key<String> MATCH_TEXT = Key.of("", Types.text());
  private static final Key<String> MATCH_GLOB = Key.of("", Types.glob());

  /** The defaults of {@code [budget]}. */
  private static final BudgetConfig DEFAULTS =
      new BudgetConfig(
          BudgetTerms.GLOBAL,
          Optional.empty(),
          MAX_VALUES.fallback(),
          Map.of(),
          Optional.empty(),
          WINDOW.fallback(),
          SOFT_LIMIT_PERCENT.fallback(),
          HARD_LIMIT_ACTION.fallback(),
          BILLING_CYCLE_START_DAY.fallback(),
          TIME_ZONE.fallback(),
          RECONCILIATION_INTERVAL.fallback(),
          ON_ERROR.fallback(),
          MODE.fallback(),
          OVER_BUDGET_STATUS.fallback(),
          HOLDS.fallback(),
          UNPRICED.fallback(),
          UNBOUNDED.fallback(),
          MIN_OUTPUT_TOKENS.fallback(),
          DEFAULT_MAX_OUTPUT_TOKENS.fallback(),
          new QueueConfig(MAX_SIZE.fallback(), MAX_WAIT.fallback()));

  private BudgetSection() {}

  /** Reads {@code [budget]}. */
  static BudgetConfig readGlobal(TableReader in) {
    var limit = in.optional(MONTHLY_LIMIT);
    if (limit.isEmpty() && in.exists()) {
      in.notice(MONTHLY_LIMIT.name(), "is not given: costs are tracked, nothing is limited");
    }
    return read(
        in, DEFAULTS.name(), Optional.empty(), Map.of(), limit, DEFAULTS.window(), DEFAULTS);
  }

  /** Reads an entry of {@code [[budgets]]}, which inherits omitted keys from the global budget. */
  static BudgetConfig readScoped(TableReader in, BudgetConfig global) {
    var name = in.required(NAME);
    if (name.equals(BudgetTerms.GLOBAL)) {
      in.problem(NAME.name(), "\"global\" is the name of [budget]", "give another name");
    }
    var per = in.optional(PER);
    if (per.isPresent() && TAKEN.contains(name)) {
      in.problem(
          NAME.name(),
          Types.shown(name) + " is reserved for the budgets of keys and teams",
          "give a budget with 'per' another name");
    }
    if (per.isEmpty() && in.optional(MAX_VALUES).isPresent()) {
      in.problem(MAX_VALUES.name(), "is given without 'per'", "give 'per' beside it");
    }
    var match = in.table("match", BudgetSection::readMatch);
    var limit = Optional.of(in.required(LIMIT));
    return read(in, name, per, match, limit, in.get(WINDOW), global);
  }

  static Map<Dimension, String> readMatch(TableReader in) {
    var match = new EnumMap<Dimension, String>(Dimension.class);
    for (var dimension : Dimension.values()) {
      in.optional(matchKey(dimension)).ifPresent(value -> match.put(dimension, value));
    }
    return match;
  }

  /** The key of {@code match} for the dimension. */
  static Key<String> matchKey(Dimension dimension) {
    var type = dimension == Dimension.MODEL ? MATCH_GLOB.type() : MATCH_TEXT.type();
    return Key.of(dimension.name().toLowerCase(Locale.ROOT), type);
  }

  private static BudgetConfig read(
      TableReader in,
      String name,
      Optional<Per> per,
      Map<Dimension, String> match,
      Optional<Money> limit,
      Window window,
      BudgetConfig otherwise) {
    if (in.optional(HARD_LIMIT_PERCENT).isPresent()) {
      in.notice(HARD_LIMIT_PERCENT.name(), "has no effect: the hard limit is always 100 percent");
    }
    int startDay = in.get(BILLING_CYCLE_START_DAY, otherwise.billingCycleStartDay());
    return new BudgetConfig(
        name,
        per,
        per.isPresent() ? in.get(MAX_VALUES) : MAX_VALUES.fallback(),
        match,
        limit,
        Windows.startingOn(startDay, window),
        in.get(SOFT_LIMIT_PERCENT, otherwise.softLimitPercent()),
        in.get(HARD_LIMIT_ACTION, otherwise.hardLimitAction()),
        startDay,
        in.get(TIME_ZONE, otherwise.timeZone()),
        in.get(RECONCILIATION_INTERVAL, otherwise.reconciliationInterval()),
        in.get(ON_ERROR, otherwise.onError()),
        in.get(MODE, otherwise.mode()),
        in.get(OVER_BUDGET_STATUS, otherwise.overBudgetStatus()),
        in.get(HOLDS, otherwise.holds()),
        in.get(UNPRICED, otherwise.unpriced()),
        in.get(UNBOUNDED, otherwise.unbounded()),
        in.get(MIN_OUTPUT_TOKENS, otherwise.minOutputTokens()),
        in.get(DEFAULT_MAX_OUTPUT_TOKENS, otherwise.defaultMaxOutputTokens()),
        in.table(
            "queue",
            queue ->
                new QueueConfig(
                    queue.get(MAX_SIZE, otherwise.queue().maxSize()),
                    queue.get(MAX_WAIT, otherwise.queue().maxWait()))));
  }

  /** Writes {@code [budget]}. */
  static void writeGlobal(TomlWriter out, BudgetConfig budget) {
    write(out.table("budget").put(MONTHLY_LIMIT, budget.limit()), "budget", budget);
  }

  /** Writes an entry of {@code [[budgets]]}. */
  static void writeScoped(TomlWriter out, BudgetConfig budget) {
    out.element("budgets")
        .put(NAME, budget.name())
        .put(LIMIT, budget.limit())
        .put(WINDOW, budget.window());
    budget.per().ifPresent(per -> out.put(PER, per).put(MAX_VALUES, budget.maxValues()));
    write(out, "budgets", budget);
    out.table("budgets.match");
    new TreeMap<>(budget.match())
        .forEach((dimension, value) -> out.put(matchKey(dimension), value));
  }

  private static void write(TomlWriter out, String path, BudgetConfig budget) {
    out.put(SOFT_LIMIT_PERCENT, budget.softLimitPercent())
        .put(HARD_LIMIT_ACTION, budget.hardLimitAction())
        .put(BILLING_CYCLE_START_DAY, budget.billingCycleStartDay())
        .put(TIME_ZONE, budget.timeZone())
        .put(RECONCILIATION_INTERVAL, budget.reconciliationInterval())
        .put(ON_ERROR, budget.onError())
        .put(MODE, budget.mode())
        .put(OVER_BUDGET_STATUS, budget.overBudgetStatus())
        .put(HOLDS, budget.holds())
        .put(UNPRICED, budget.unpriced())
        .put(UNBOUNDED, budget.unbounded())
        .put(MIN_OUTPUT_TOKENS, budget.minOutputTokens())
        .put(DEFAULT_MAX_OUTPUT_TOKENS, budget.defaultMaxOutputTokens())
        .table(path + ".queue")
        .put(MAX_SIZE, budget.queue().maxSize())
        .put(MAX_WAIT, budget.queue().maxWait());
  }
}
