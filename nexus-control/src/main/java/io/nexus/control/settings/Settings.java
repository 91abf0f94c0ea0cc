package io.nexus.control.settings;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The settings as last read from the ledger. While the ledger answers, they are at most a few
 * tenths of a second old.
 *
 * <p>Safe for any number of threads. Each {@linkplain #listen listener} receives each change once,
 * in order, on the thread that read it.
 */
public abstract class Settings {

  private static final Logger LOG = System.getLogger(Settings.class.getName());

  private record Id(String kind, String name) {}

  private final Map<Id, Setting> settings = new LinkedHashMap<>();
  private final List<Consumer<List<Setting>>> listeners = new CopyOnWriteArrayList<>();
  private long version;
  private volatile boolean known;

  /** Starts without settings. */
  protected Settings() {}

  /**
   * Stores a change, and returns once it is in force on this gateway.
   *
   * @throws LedgerException if the ledger does not answer; the change may nevertheless be stored,
   *     which the message then says
   */
  public abstract SettingOutcome change(SettingEdit edit) throws LedgerException;

  /** Whether changes survive this process. */
  public abstract boolean areLasting();

  /** Whether the settings have been read from the ledger. */
  public boolean areKnown() {
    return known;
  }

  /** The version of the last known change. */
  public synchronized long version() {
    return version;
  }

  /** The setting of that kind and name; empty if there is none. */
  public synchronized Optional<Setting> find(String kind, String name) {
    return Optional.ofNullable(settings.get(new Id(kind, name)));
  }

  /** All settings of one kind, in order of creation. */
  public synchronized List<Setting> all(String kind) {
    return settings.values().stream().filter(setting -> setting.kind().equals(kind)).toList();
  }

  /**
   * Adds a listener. It receives all known settings now, and each later change, removals included.
   */
  public synchronized void listen(Consumer<List<Setting>> listener) {
    listeners.add(listener);
    deliver(listener, List.copyOf(settings.values()));
  }

  /** Applies new changes, in the order of versions. */
  protected final synchronized void learn(Collection<Setting> changed) {
    var news = new ArrayList<Setting>();
    for (var setting : changed) {
      if (setting.version() > version) {
        version = setting.version();
      }
      var id = new Id(setting.kind(), setting.name());
      if (setting.isRemoved()) {
        settings.remove(id);
      } else {
        settings.put(id, setting);
      }
      news.add(setting);
    }
    known = true;
    if (!news.isEmpty()) {
      listeners.forEach(listener -> deliver(listener, news));
    }
  }

  /** Calls a listener; its failure must not stop other listeners or the ledger thread. */
  private static void deliver(Consumer<List<Setting>> listener, List<Setting> news) {
    try {
      listener.accept(news);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Settings: a change was not applied", e);
    }
  }
}
