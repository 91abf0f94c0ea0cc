package io.nexus.server.settings;

import io.nexus.config.PricingConfig;
import io.nexus.config.SettingConfig;
import io.nexus.control.ledger.Setting;
import io.nexus.control.pricing.Providers;
import io.nexus.control.settings.Settings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The lines of prices set by the admin API, on all gateways of the ledger. Each overrides the
 * file's line for the same provider, model and day. Safe for any number of threads.
 */
public final class PriceLines {

  /** The kind of settings that set lines of prices. */
  public static final String PRICE = "price";

  private static final Logger LOG = System.getLogger("io.nexus.settings");
  private static final String ANY = "*";

  /**
   * A line.
   *
   * @param name unique among all lines
   * @param version the version of the setting that created it; 0 if it is in the file
   */
  public record Line(String name, PricingConfig config, long version) {}

  private final Map<String, Line> made = new LinkedHashMap<>();
  private final Consumer<List<PricingConfig>> apply;

  /**
   * Applies all known settings, and each later change.
   *
   * @param apply puts them in force
   */
  public PriceLines(Settings settings, Consumer<List<PricingConfig>> apply) {
    this.apply = apply;
    settings.listen(this::changed);
  }

  /** The name of a line: {@code PROVIDER/MODEL}, with {@code @DAY} if it has a first day. */
  public static String name(PricingConfig config) {
    return config.provider().map(Providers::canonical).orElse(ANY)
        + "/"
        + config.model()
        + config.from().map(day -> "@" + day).orElse("");
  }

  /** The lines set by the admin API. */
  public synchronized List<Line> made() {
    return List.copyOf(made.values());
  }

  private synchronized void changed(List<Setting> news) {
    var own = news.stream().filter(setting -> setting.kind().equals(PRICE)).toList();
    if (own.isEmpty()) {
      return;
    }
    for (var setting : own) {
      made.remove(setting.name());
      line(setting)
          .ifPresent(
              config ->
                  made.put(setting.name(), new Line(setting.name(), config, setting.version())));
    }
    apply.accept(made.values().stream().map(Line::config).toList());
  }

  /** The lines in a ledger's settings. */
  public static List<PricingConfig> of(List<Setting> settings) {
    var lines = new ArrayList<PricingConfig>();
    settings.forEach(setting -> line(setting).ifPresent(lines::add));
    return lines;
  }

  private static Optional<PricingConfig> line(Setting setting) {
    if (setting.isRemoved()) {
      return Optional.empty();
    }
    try {
      var made = SettingValue.of(setting).made().orElseGet(SettingValue::object);
      var checked = SettingConfig.price(made.toString());
      if (checked.problems().isEmpty()) {
        return Optional.of(checked.value());
      }
      throw new IllegalArgumentException(
          "setting " + setting.kind() + " " + setting.name() + ": " + checked.problems());
    } catch (IllegalArgumentException e) {
      LOG.log(
          Level.ERROR,
          "Settings: {0}: this price does not hold, since a newer Nexus wrote it or it was changed"
              + " by hand",
          e.getMessage());
      return Optional.empty();
    }
  }
}
