package io.nexus.server.settings;

import io.nexus.config.ConfigProblem;
import io.nexus.config.ConfigResult;
import io.nexus.config.NexusConfig;
import io.nexus.control.money.Money;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reloads the configuration's file while requests run. A file with a mistake changes nothing. Safe
 * for any number of threads; reloads run one after another.
 */
public final class Reload {

  private static final Logger LOG = System.getLogger("io.nexus.settings");

  /** The sections and keys that only a restart applies. */
  private static final List<String> AT_START =
      List.of(
          "server.",
          "ledger.",
          "health_check.",
          "telemetry.",
          "budget.queue.",
          "budget.on_error",
          "budget.min_output_tokens",
          "budget.reconciliation_interval_seconds",
          "routing.max_retries",
          "routing.retry_unknown",
          "routing.queue");

  private final NexusConfig started;
  private final Supplier<ConfigResult> source;
  private final Consumer<NexusConfig> apply;
  private final Supplier<Map<String, Money>> spent;
  private final Consumer<Boolean> counted;

  /**
   * Creates a reload.
   *
   * @param started the configuration at the start
   * @param source reads the file
   * @param apply puts a configuration in force, or throws without a change
   * @param spent the spend of each budget in this cycle
   * @param counted receives the success of each reload
   */
  public Reload(
      NexusConfig started,
      Supplier<ConfigResult> source,
      Consumer<NexusConfig> apply,
      Supplier<Map<String, Money>> spent,
      Consumer<Boolean> counted) {
    this.started = started;
    this.source = source;
    this.apply = apply;
    this.spent = spent;
    this.counted = counted;
  }

  /** The result of a reload. */
  public sealed interface Result {

    /**
     * The file is in force.
     *
     * @param needsRestart the keys whose new values need a restart
     * @param notices notices for the operator
     */
    record Applied(List<String> needsRestart, List<String> notices) implements Result {}

    /**
     * The file has mistakes; the previous configuration stays in force.
     *
     * @param problems all of them
     */
    record Refused(List<String> problems) implements Result {}
  }

  /**
   * Reads the file and puts it in force.
   *
   * @param by the origin of the reload, for the log
   */
  public synchronized Result run(String by) {
    var result =
        switch (source.get()) {
          case ConfigResult.Loaded loaded -> applied(loaded);
          case ConfigResult.Invalid invalid ->
              new Result.Refused(invalid.problems().stream().map(ConfigProblem::toString).toList());
        };
    switch (result) {
      case Result.Applied(var needsRestart, var notices) -> {
        counted.accept(true);
        LOG.log(Level.INFO, "Configuration reloaded ({0})", by);
        notices.forEach(notice -> LOG.log(Level.WARNING, notice));
        if (!needsRestart.isEmpty()) {
          LOG.log(
              Level.WARNING,
              "Configuration reloaded, but these keep their values until a restart: {0}",
              String.join(", ", needsRestart));
        }
      }
      case Result.Refused(var problems) -> {
        counted.accept(false);
        LOG.log(Level.ERROR, "Configuration not reloaded ({0}): what was in force stays so", by);
        problems.forEach(problem -> LOG.log(Level.ERROR, "Configuration: {0}", problem));
      }
    }
    return result;
  }

  /**
   * Reloads only the secrets of the configuration in force.
   *
   * @param inForce the configuration
   * @param by the origin of the change, for the log
   */
  public synchronized void secrets(NexusConfig inForce, String by) {
    try {
      apply.accept(inForce);
      LOG.log(Level.INFO, "Secrets read anew ({0})", by);
    } catch (RuntimeException e) {
      LOG.log(
          Level.ERROR,
          "Secrets not reloaded ({0}): those in force stay so: {1}",
          by,
          String.valueOf(e.getMessage()));
    }
  }

  private Result applied(ConfigResult.Loaded loaded) {
    var before = spent.get();
    try {
      apply.accept(loaded.config());
    } catch (RuntimeException e) {
      return new Result.Refused(List.of(String.valueOf(e.getMessage())));
    }
    var notices = new ArrayList<>(loaded.notices());
    notices.addAll(gone(before, spent.get().keySet()));
    return new Result.Applied(needsRestart(loaded.config()), List.copyOf(notices));
  }

  /**
   * Budgets that left the file with spend. Budgets are identified by name; only the operator knows
   * whether another one replaces them.
   */
  private static List<String> gone(Map<String, Money> before, Set<String> now) {
    return before.entrySet().stream()
        .filter(each -> !now.contains(each.getKey()) && !each.getValue().equals(Money.ZERO))
        .map(
            each ->
                "budget %s is not configured any more, and $%s was spent on it in this cycle: if it was renamed, nexus ledger carry --from %s --to NEW counts that on the new one"
                    .formatted(each.getKey(), each.getValue(), each.getKey()))
        .toList();
  }

  private List<String> needsRestart(NexusConfig next) {
    var keys = new ArrayList<>(needRestart(next));
    if (!next.spendSinks().equals(started.spendSinks())) {
      keys.add("spend_sinks");
    }
    return List.copyOf(keys);
  }

  private List<String> needRestart(NexusConfig next) {
    var before = values(started.toml());
    var after = values(next.toml());
    return Stream.concat(before.keySet().stream(), after.keySet().stream())
        .distinct()
        .filter(key -> AT_START.stream().anyMatch(key::startsWith))
        .filter(key -> !before.getOrDefault(key, "").equals(after.getOrDefault(key, "")))
        .sorted()
        .toList();
  }

  /** The values of the file's single sections, by their keys. */
  private static Map<String, String> values(String toml) {
    var values = new TreeMap<String, String>();
    var section = "";
    for (var line : toml.lines().toList()) {
      if (line.startsWith("[")) {
        section = line.startsWith("[[") ? "" : line.substring(1, line.length() - 1) + ".";
      } else if (!section.isEmpty() && line.indexOf(" = ") > 0) {
        int end = line.indexOf(" = ");
        values.put(section + line.substring(0, end), line.substring(end + 3));
      }
    }
    return values;
  }
}
