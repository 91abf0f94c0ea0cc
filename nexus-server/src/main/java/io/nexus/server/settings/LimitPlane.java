package io.nexus.server.settings;

import io.nexus.config.LimitConfig;
import io.nexus.config.SettingConfig;
import io.nexus.control.budget.Each;
import io.nexus.control.ledger.Setting;
import io.nexus.control.limit.LimitPlan;
import io.nexus.control.limit.Limits;
import io.nexus.control.settings.Settings;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Combines the file, the teams, the keys and the settings into the limits in force, other than
 * money. After a change all limits are composed again and replaced atomically; a limit keeps its
 * count. Safe for any number of threads; changes are applied one after another.
 */
public final class LimitPlane {

  /** The kind of settings that create or override limits. */
  public static final String LIMIT = "limit";

  private static final Logger LOG = System.getLogger("io.nexus.settings");

  private final ControlPlane plane;
  private final Clients clients;
  private final Limits limits;
  private final InstantSource clock;
  private final Map<String, LimitValue> known = new LinkedHashMap<>();
  private final List<Runnable> observers = new CopyOnWriteArrayList<>();
  private volatile Set<String> made = Set.of();

  /**
   * Applies all known settings, and each later change.
   *
   * @param plane has the file, the teams and the keys
   */
  public LimitPlane(
      ControlPlane plane, Clients clients, Limits limits, Settings settings, InstantSource clock) {
    this.plane = plane;
    this.clients = clients;
    this.limits = limits;
    this.clock = clock;
    plane.observe(this::refresh);
    settings.listen(this::changed);
  }

  /** Adds an action to run after each change of the limits. */
  public void observe(Runnable observer) {
    observers.add(observer);
    observer.run();
  }

  /** Whether the admin API created the limit, by itself or as part of a key or a team. */
  public boolean isMade(String limit) {
    return made.contains(limit);
  }

  private synchronized void changed(List<Setting> news) {
    var own = news.stream().filter(setting -> setting.kind().equals(LIMIT)).toList();
    for (var setting : own) {
      known.remove(setting.name());
      try {
        if (!setting.isRemoved()) {
          known.put(setting.name(), LimitValue.of(setting));
        }
      } catch (IllegalArgumentException e) {
        LOG.log(
            Level.WARNING,
            "Settings: {0}: it is left out, since a newer Nexus wrote it or it was changed by hand",
            e.getMessage());
      }
    }
    if (!own.isEmpty()) {
      refresh();
    }
  }

  private synchronized void refresh() {
    var ofAdmins = new HashSet<String>();
    var plans = composed(ofAdmins).values().stream().map(this::plan).toList();
    made = Set.copyOf(ofAdmins);
    if (!plans.equals(limits.plans())) {
      limits.replace(plans, clock.millis());
      observers.forEach(Runnable::run);
    }
  }

  /** The limits: the file's, those of teams and keys, and created ones. */
  private Map<String, LimitConfig> composed(Set<String> ofAdmins) {
    var file = plane.file();
    var all = new LinkedHashMap<String, LimitConfig>();
    file.limits().forEach(limit -> all.put(limit.name(), limit));
    LimitConfig.quotas(file).forEach(limit -> all.put(limit.name(), limit));
    for (var team : plane.teams().values()) {
      LimitConfig.ofTeam(team.config(), file.budget())
          .ifPresent(
              limit -> {
                all.put(limit.name(), limit);
                if (team.made()) {
                  ofAdmins.add(limit.name());
                }
              });
    }
    for (var key : clients.keys()) {
      LimitConfig.ofKey(key.config(), file.budget())
          .ifPresent(
              limit -> {
                all.put(limit.name(), limit);
                if (key.source() == ClientKey.Source.ADMIN) {
                  ofAdmins.add(limit.name());
                }
              });
    }
    known.forEach(
        (name, value) -> {
          if (value.made().isPresent() && !all.containsKey(name)) {
            var checked = SettingConfig.limit(value.made().orElseThrow().toString(), file.budget());
            ofAdmins.add(name);
            if (checked.problems().isEmpty()) {
              all.put(name, checked.value());
            } else {
              LOG.log(
                  Level.ERROR,
                  "Settings: limit {0} is not enforced, since this version cannot read it: {1}",
                  name,
                  checked.problems());
            }
          }
        });
    return all;
  }

  private LimitPlan plan(LimitConfig config) {
    var value = known.get(config.name());
    return new LimitPlan(
        config.terms(),
        value == null ? LimitPlan.Change.NONE : value.change(),
        config.per().isEmpty() ? Map.of() : valuesOf(config.name()));
  }

  /** The overrides for single values. */
  private Map<String, LimitPlan.Change> valuesOf(String limit) {
    var prefix = limit + Each.SEPARATOR;
    var all = new HashMap<String, LimitPlan.Change>();
    known.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            all.put(name.substring(prefix.length()), value.change());
          }
        });
    return all;
  }
}
