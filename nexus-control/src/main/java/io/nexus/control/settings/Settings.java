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
 * All settings that this gateway knows: those of the ledger, as of the last look at it, which is
 * some tenths of a second ago while the ledger answers.
 *
 * <p>Safe for any number of threads. Who {@linkplain #listen listens} is told of each change once,
 * of one after another, on the thread that learned of it.
 */
public abstract class Settings {

  private static final Logger LOG = System.getLogger(Settings.class.getName());

  private record Id(String kind, String name) {}

  private final Map<Id, Setting> settings = new LinkedHashMap<>();
  private final List<Consumer<List<Setting>>> listeners = new CopyOnWriteArrayList<>();
  private long version;
  private volatile boolean known;

  /** Nothing known yet. */
  protected Settings() {}

  /**
   * Keeps a change, and returns once it holds on this gateway.
   *
   * @throws LedgerException if the ledger does not answer; it may have been kept all the same, as
   *     the message says then
   */
  public abstract SettingOutcome change(SettingEdit edit) throws LedgerException;

  /** Whether they outlive this process. */
  public abstract boolean areLasting();

  /** Whether the ledger has ever said what there is. */
  public boolean areKnown() {
    return known;
  }

  /** The version of the last change that is known. */
  public synchronized long version() {
    return version;
  }

  /** The thing of that kind and name; empty if there is none. */
  public synchronized Optional<Setting> find(String kind, String name) {
    return Optional.ofNullable(settings.get(new Id(kind, name)));
  }

  /** All of one kind, in the order in which they were made. */
  public synchronized List<Setting> all(String kind) {
    return settings.values().stream().filter(setting -> setting.kind().equals(kind)).toList();
  }

  /** Is told of all that is known, and of each change from now on; removed things are told, too. */
  public synchronized void listen(Consumer<List<Setting>> listener) {
    listeners.add(listener);
    tell(listener, List.copyOf(settings.values()));
  }

  /** Takes in what has changed since the last time, in the order of versions. */
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
      listeners.forEach(listener -> tell(listener, news));
    }
  }

  /** A listener that fails must not keep others, or the ledger's thread, from going on. */
  private static void tell(Consumer<List<Setting>> listener, List<Setting> news) {
    try {
      listener.accept(news);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Settings: a change was not taken in", e);
    }
  }
}
