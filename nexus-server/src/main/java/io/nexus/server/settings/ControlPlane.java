package io.nexus.server.settings;

import io.nexus.config.BudgetConfig;
import io.nexus.config.KeyConfig;
import io.nexus.config.KeyRules;
import io.nexus.config.NexusConfig;
import io.nexus.config.SettingConfig;
import io.nexus.config.TeamConfig;
import io.nexus.control.budget.BudgetPlan;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Each;
import io.nexus.control.budget.Glob;
import io.nexus.control.ledger.Setting;
import io.nexus.control.settings.Settings;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Combines the file and the settings into the keys and budgets in force.
 *
 * <h2>Two layers</h2>
 *
 * <p>Operators maintain the file; {@link #reload} applies its changes. The admin API creates and
 * changes settings, on this gateway or another one that shares the ledger; {@link Settings}
 * delivers each change. A setting can override only a few values of an item in the file. An item
 * that is not in the file is completely defined by its setting.
 *
 * <p>After any change, all keys and budgets are composed again and replaced atomically. A budget
 * keeps its account, a key its usage data. Running requests continue with what they began with.
 *
 * <p>Safe for any number of threads; changes are applied one after another.
 */
public final class ControlPlane {

  /** The kind of settings that create or override keys. */
  public static final String KEY = "key";

  /** The kind of settings that create teams. */
  public static final String TEAM = "team";

  /** The kind of settings that create or override budgets. */
  public static final String BUDGET = "budget";

  private static final Set<String> KINDS = Set.of(KEY, BUDGET, TEAM);
  private static final Logger LOG = System.getLogger("io.nexus.settings");

  private record Known(Setting setting, SettingValue value) {}

  private record KnownKey(Setting setting, KeptKey value) {}

  private record MadeTeam(TeamConfig config, long version) {}

  /**
   * A team in force.
   *
   * @param config its definition
   * @param made whether the admin API created it
   * @param version the version of the setting that created it; 0 if it is in the file
   */
  public record ShownTeam(TeamConfig config, boolean made, long version) {}

  private final Clients clients;
  private final Budgets budgets;
  private final InstantSource clock;
  private final Instant started;
  private final Map<String, KnownKey> keys = new LinkedHashMap<>();
  private final Map<String, Known> overrides = new LinkedHashMap<>();
  private final Map<String, ClientKey> madeKeys = new HashMap<>();
  private final List<Runnable> observers = new CopyOnWriteArrayList<>();
  private final Map<String, MadeTeam> madeTeams = new LinkedHashMap<>();
  private volatile Map<String, ShownTeam> teams = Map.of();
  private volatile NexusConfig file;
  private Set<String> madeBudgets = Set.of();
  private boolean everKeys;

  /** Starts with the file's items, before any setting is known. */
  public ControlPlane(
      NexusConfig file, Clients clients, Budgets budgets, InstantSource clock, Instant started) {
    this.file = file;
    this.clients = clients;
    this.budgets = budgets;
    this.clock = clock;
    this.started = started;
    refresh();
  }

  /** Applies all known settings, and each later change. */
  public void follow(Settings settings) {
    settings.listen(this::changed);
  }

  /** Adds an action to run after each change of the budgets. */
  public void observe(Runnable observer) {
    observers.add(observer);
    observer.run();
  }

  /** Applies another file. */
  public synchronized void reload(NexusConfig next) {
    file = next;
    refresh();
  }

  /** The file in force. */
  public NexusConfig file() {
    return file;
  }

  /** The teams by their names, the file's first. */
  public Map<String, ShownTeam> teams() {
    return teams;
  }

  /** Whether the file has a key of that name. */
  public boolean hasFileKey(String name) {
    return file().keys().stream().anyMatch(key -> key.name().equals(name));
  }

  /** Whether the admin API created the budget, by itself or as part of a key. */
  public synchronized boolean isMade(String budget) {
    return madeBudgets.contains(budget);
  }

  private synchronized void changed(List<Setting> news) {
    var own = news.stream().filter(setting -> KINDS.contains(setting.kind())).toList();
    if (own.isEmpty()) {
      return;
    }
    for (var setting : own) {
      try {
        take(setting);
      } catch (IllegalArgumentException e) {
        LOG.log(
            Level.WARNING,
            "Settings: {0}: it is left out, since a newer Nexus wrote it or it was changed by hand",
            e.getMessage());
      }
    }
    refresh();
  }

  private void take(Setting setting) {
    switch (setting.kind()) {
      case TEAM -> takeTeam(setting);
      case KEY -> takeKey(setting);
      default -> {
        if (setting.isRemoved()) {
          overrides.remove(setting.name());
        } else {
          overrides.put(setting.name(), new Known(setting, SettingValue.of(setting)));
        }
      }
    }
  }

  private void takeKey(Setting setting) {
    everKeys = true;
    madeKeys.remove(setting.name());
    if (setting.isRemoved()) {
      keys.remove(setting.name());
      return;
    }
    var value = KeptKey.of(setting);
    keys.put(setting.name(), new KnownKey(setting, value));
    value.made().ifPresent(made -> madeKeys.put(setting.name(), made(setting, value, made)));
  }

  private void takeTeam(Setting setting) {
    madeTeams.remove(setting.name());
    if (!setting.isRemoved()) {
      var made = SettingValue.of(setting).made().orElseGet(SettingValue::object);
      var checked = SettingConfig.team(made.toString());
      if (!checked.problems().isEmpty()) {
        throw new IllegalArgumentException(
            "setting " + setting.kind() + " " + setting.name() + ": " + checked.problems());
      }
      madeTeams.put(setting.name(), new MadeTeam(checked.value(), setting.version()));
    }
  }

  private static ClientKey made(Setting setting, KeptKey value, String made) {
    var checked = SettingConfig.key(made);
    if (!checked.problems().isEmpty()) {
      throw new IllegalArgumentException(
          "setting " + setting.kind() + " " + setting.name() + ": " + checked.problems());
    }
    return ClientKey.of(checked.value(), ClientKey.Source.ADMIN, value.at(), setting.version());
  }

  private void refresh() {
    composeTeams();
    var all = composedKeys();
    clients.replace(all, everKeys, teamModels());
    var plans = plans(all);
    budgets.replace(plans, clock.millis());
    observers.forEach(Runnable::run);
  }

  private void composeTeams() {
    var all = new LinkedHashMap<String, ShownTeam>();
    file.teams().forEach(team -> all.put(team.name(), new ShownTeam(team, false, Setting.NEW)));
    madeTeams.forEach(
        (name, team) -> all.putIfAbsent(name, new ShownTeam(team.config, true, team.version)));
    teams = Collections.unmodifiableMap(all);
  }

  private Map<String, List<Glob>> teamModels() {
    var all = new HashMap<String, List<Glob>>();
    teams.forEach(
        (name, team) -> {
          if (!team.config.models().isEmpty()) {
            all.put(name, team.config.models().stream().map(Glob::new).toList());
          }
        });
    return all;
  }

  private List<ClientKey> composedKeys() {
    var all = new ArrayList<ClientKey>();
    var names = new HashSet<String>();
    for (var config : file.keys()) {
      names.add(config.name());
      var known = keys.get(config.name());
      boolean disabled = known != null && known.value.disabled();
      long version = known == null ? 0 : known.setting.version();
      all.add(
          ClientKey.of(
              disabled ? disabled(config) : config,
              ClientKey.Source.CONFIGURATION,
              started,
              version));
    }
    for (var known : keys.values()) {
      var key = madeKeys.get(known.setting.name());
      if (key != null && names.add(key.name())) {
        all.add(key);
      } else if (key != null) {
        LOG.log(
            Level.WARNING,
            "Key {0} is in the file and was made by the admin API, too: the file''s counts; rename"
                + " it there, or revoke the other",
            key.name());
      }
    }
    return all;
  }

  private static KeyConfig disabled(KeyConfig key) {
    var rules = key.rules();
    return new KeyConfig(
        key.name(),
        key.credential(),
        key.former(),
        key.team(),
        key.user(),
        key.tags(),
        new KeyRules(
            rules.models(),
            rules.apis(),
            rules.expiresAt(),
            true,
            rules.trustUser(),
            rules.mayTag(),
            rules.highPriority(),
            rules.overBudgetStatus()),
        key.allowance(),
        key.limits(),
        key.notes());
  }

  /** The budgets: the file's, those of keys, and created ones. */
  private List<BudgetPlan> plans(List<ClientKey> all) {
    var plans = new LinkedHashMap<String, BudgetPlan>();
    var made = new HashSet<String>();
    Stream.concat(Stream.of(file.budget()), file.budgets().stream())
        .forEach(config -> add(plans, config));
    for (var team : teams.values()) {
      var own = BudgetConfig.ofTeam(team.config, file.budget());
      own.ifPresent(config -> add(plans, config));
      if (team.made) {
        own.ifPresent(config -> made.add(config.name()));
      }
    }
    for (var key : all) {
      var own = BudgetConfig.ofKey(key.config(), file.budget());
      own.ifPresent(config -> add(plans, config));
      if (key.source() == ClientKey.Source.ADMIN) {
        own.ifPresent(config -> made.add(config.name()));
      }
    }
    for (var known : overrides.values()) {
      var name = known.setting.name();
      if (known.value.made().isPresent() && !plans.containsKey(name)) {
        made.add(name);
        budget(known).ifPresent(config -> add(plans, config));
      }
    }
    madeBudgets = Set.copyOf(made);
    return List.copyOf(plans.values());
  }

  private Optional<BudgetConfig> budget(Known known) {
    var json = String.valueOf(known.value.made().orElseThrow());
    var checked = SettingConfig.budget(json, file.budget());
    if (checked.problems().isEmpty()) {
      return Optional.of(checked.value());
    }
    LOG.log(
        Level.ERROR,
        "Settings: budget {0} is not enforced, since this version cannot read it: {1}",
        known.setting.name(),
        checked.problems());
    return Optional.empty();
  }

  private void add(Map<String, BudgetPlan> plans, BudgetConfig config) {
    config.terms().ifPresent(terms -> plans.put(config.name(), plan(config, terms)));
  }

  private BudgetPlan plan(BudgetConfig config, BudgetTerms terms) {
    var known = overrides.get(config.name());
    var plan =
        known == null
            ? BudgetPlan.of(terms)
            : new BudgetPlan(
                known.value.shadow().map(terms::withShadow).orElse(terms),
                known.value.limit().orElse(terms.limit()),
                known.value.increases(),
                known.value.disabled());
    return config
        .per()
        .map(per -> plan.each(new Each(per, config.maxValues(), valuesOf(config.name()))))
        .orElse(plan);
  }

  /** The overrides for single values. */
  private Map<String, Each.Variant> valuesOf(String budget) {
    var prefix = budget + Each.SEPARATOR;
    var all = new HashMap<String, Each.Variant>();
    overrides.forEach(
        (name, known) -> {
          if (name.startsWith(prefix)) {
            var value = known.value;
            all.put(
                name.substring(prefix.length()),
                new Each.Variant(value.limit(), value.increases(), value.disabled()));
          }
        });
    return all;
  }
}
