package io.nexus.server.settings;

import io.nexus.control.ledger.Setting;
import io.nexus.control.settings.Settings;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The drained backends of all gateways of the ledger. A setting may outlive its backend, and
 * applies again when a backend of that name returns.
 */
public final class DrainedBackends {

  /** The kind of settings that drain backends. */
  public static final String BACKEND = "backend";

  private final Set<String> names = new TreeSet<>();
  private final Consumer<Set<String>> drain;

  /**
   * Starts empty.
   *
   * @param drain receives all of them after each change
   */
  public DrainedBackends(Consumer<Set<String>> drain) {
    this.drain = drain;
  }

  /** Applies all known settings, and each later change. */
  public void follow(Settings settings) {
    settings.listen(this::changed);
  }

  private synchronized void changed(List<Setting> news) {
    for (var setting : news) {
      if (setting.kind().equals(BACKEND)) {
        if (setting.isRemoved()) {
          names.remove(setting.name());
        } else {
          names.add(setting.name());
        }
      }
    }
    drain.accept(names);
  }
}
