package io.nexus.config;

import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Per;
import io.nexus.control.budget.Window;
import io.nexus.control.limit.LimitTerms;
import io.nexus.control.limit.Unit;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** {@code [[limits]]}, and the limits that keys and teams have of their own. */
final class LimitSection {

  private static final Key<String> NAME = Key.of("name", Types.name());
  private static final Key<Window> WINDOW =
      Key.of("window", Windows.type(), new Window.Every(Duration.ofMinutes(1)));
  private static final Key<ZoneId> TIME_ZONE = Key.of("time_zone", Types.timeZone());
  private static final Key<Boolean> SHARED = Key.of("shared", Types.flag(), true);
  private static final Key<HardLimitAction> ACTION =
      Key.of(
          "action",
          Types.choice(
              List.of(HardLimitAction.REJECT, HardLimitAction.QUEUE), HardLimitAction::label),
          HardLimitAction.REJECT);

  private static final Key<Per> PER = Key.of("per", Types.per());
  private static final Key<Integer> MAX_VALUES =
      Key.of("max_values", Types.whole(1, 1_000_000), 10_000);

  private static final String OWN = "limits";

  /** The reserved prefixes of the limits of backends, keys and teams. */
  private static final Set<String> TAKEN =
      Set.of(LimitTerms.BACKEND, LimitConfig.KEY, LimitConfig.TEAM);

  private LimitSection() {}

  /** The key for the maximum of a unit. */
  private static Key<Long> most(Unit unit) {
    return Key.of(unit.label(), Types.wholeFrom(1));
  }

  /** Reads an entry, which inherits an omitted time zone from the global budget. */
  static LimitConfig read(TableReader in, BudgetConfig global) {
    var most = readMost(in);
    var name = in.required(NAME);
    if (most.isEmpty()) {
      limitsNothing(in);
    }
    var window = readWindow(in);
    var per = in.optional(PER);
    if (per.isEmpty() && in.optional(MAX_VALUES).isPresent()) {
      in.problem(MAX_VALUES.name(), "is given without 'per'", "give 'per' beside it");
    }
    if (per.isPresent() && TAKEN.contains(name + "/")) {
      in.problem(
          NAME.name(),
          Types.shown(name) + " is reserved for the limits of backends, keys and teams",
          "give a limit with 'per' another name");
    }
    return new LimitConfig(
        name,
        in.table("match", BudgetSection::readMatch),
        most,
        window,
        in.get(TIME_ZONE, global.timeZone()),
        in.get(SHARED),
        in.get(ACTION),
        per,
        in.get(MAX_VALUES));
  }

  private static Map<Unit, Long> readMost(TableReader in) {
    var most = new EnumMap<Unit, Long>(Unit.class);
    for (var unit : Unit.values()) {
      in.optional(most(unit)).ifPresent(amount -> most.put(unit, amount));
    }
    return most;
  }

  private static void limitsNothing(TableReader in) {
    in.problem(
        Unit.REQUESTS.label(),
        "nothing is limited",
        "give one or more of requests, tokens, parallel");
  }

  private static Window readWindow(TableReader in) {
    var window = in.get(WINDOW);
    if (window instanceof Window.Lifetime) {
      in.problem(WINDOW.name(), "a limit without an end is used up for good", "let it end");
    }
    return window;
  }

  /** Reads a key's or a team's own limits; empty if it has none. */
  static Optional<LimitConfig.Own> own(TableReader in) {
    return in.table(
        OWN,
        table -> {
          var most = readMost(table);
          var window = readWindow(table);
          if (table.exists() && most.isEmpty()) {
            limitsNothing(table);
          }
          return most.isEmpty() ? Optional.empty() : Optional.of(new LimitConfig.Own(most, window));
        });
  }

  /** Writes them after the other keys of the key or the team. */
  static void writeOwn(TomlWriter out, String section, Optional<LimitConfig.Own> own) {
    own.ifPresent(
        limits -> {
          out.table(section + "." + OWN);
          write(out, limits.most());
          out.put(WINDOW, limits.window());
        });
  }

  /** Writes an entry. */
  static void write(TomlWriter out, LimitConfig limit) {
    out.element("limits").put(NAME, limit.name());
    write(out, limit.most());
    out.put(WINDOW, limit.window())
        .put(TIME_ZONE, limit.timeZone())
        .put(SHARED, limit.shared())
        .put(ACTION, limit.action());
    limit.per().ifPresent(per -> out.put(PER, per).put(MAX_VALUES, limit.maxValues()));
    out.table("limits.match");
    new TreeMap<>(limit.match())
        .forEach((dimension, value) -> out.put(BudgetSection.matchKey(dimension), value));
  }

  private static void write(TomlWriter out, Map<Unit, Long> most) {
    new TreeMap<>(most).forEach((unit, amount) -> out.put(most(unit), amount));
  }
}
