package io.nexus.config;

import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.Each;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Per;
import io.nexus.control.budget.Window;
import io.nexus.control.limit.LimitTerms;
import io.nexus.control.limit.Unit;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of {@code [[limits]]}.
 *
 * @param name unique among the limits
 * @param match the conditions under which a request belongs to it; none for every request
 * @param most the maximum of each unit
 * @param window the window, after which the count starts anew
 * @param timeZone the time zone of the window's days
 * @param shared whether the gateways of a ledger share the count
 * @param action what happens to a request that does not fit
 * @param per the dimension whose values are counted separately; empty if all count together
 * @param maxValues the largest number of values kept in memory
 */
public record LimitConfig(
    String name,
    Map<Dimension, String> match,
    Map<Unit, Long> most,
    Window window,
    ZoneId timeZone,
    boolean shared,
    HardLimitAction action,
    Optional<Per> per,
    int maxValues) {

  /** The prefix of the names of keys' own limits. */
  public static final String KEY = "key/";

  /** The prefix of the names of teams' limits. */
  public static final String TEAM = "team/";

  /** Quotas of providers are by the minute. */
  private static final Window MINUTE = new Window.Every(Duration.ofMinutes(1));

  /**
   * The limits of one key or team.
   *
   * @param most the maximum of each unit
   * @param window after which the count starts anew
   */
  public record Own(Map<Unit, Long> most, Window window) {

    /** Copies the map. */
    public Own {
      most = Map.copyOf(most);
    }

    private LimitConfig of(String name, Map<Dimension, String> match, ZoneId zone) {
      return new LimitConfig(
          name, match, most, window, zone, true, HardLimitAction.REJECT, Optional.empty(), 1);
    }
  }

  /** Copies the maps. */
  public LimitConfig {
    match = Map.copyOf(match);
    most = Map.copyOf(most);
  }

  /** The terms for counting. */
  public LimitTerms terms() {
    return new LimitTerms(
        name,
        BudgetConfig.canonical(match),
        most,
        window,
        timeZone,
        shared,
        action,
        per.map(each -> new Each(each, maxValues, Map.of())));
  }

  /** A key's own limits, named {@code key/NAME}; empty if it has none. */
  public static Optional<LimitConfig> ofKey(KeyConfig key, BudgetConfig global) {
    return key.limits()
        .map(own -> own.of(KEY + key.name(), Map.of(Dimension.KEY, key.name()), global.timeZone()));
  }

  /** A team's limits, named {@code team/NAME}; empty if it has none. */
  public static Optional<LimitConfig> ofTeam(TeamConfig team, BudgetConfig global) {
    return team.limits()
        .map(
            own ->
                own.of(TEAM + team.name(), Map.of(Dimension.TEAM, team.name()), global.timeZone()));
  }

  /** The quotas of backends, named {@code backend/NAME}. */
  public static List<LimitConfig> quotas(NexusConfig config) {
    var all = new ArrayList<LimitConfig>();
    for (var backend : config.backends()) {
      if (!backend.perMinute().isEmpty()) {
        all.add(
            new Own(backend.perMinute(), MINUTE)
                .of(
                    LimitTerms.BACKEND + backend.name(),
                    Map.of(Dimension.BACKEND, backend.name()),
                    config.budget().timeZone()));
      }
    }
    return all;
  }
}
