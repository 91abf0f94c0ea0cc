package io.nexus.control.memory;

import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingChange;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The settings of a ledger in memory, and the most recent changes. */
abstract sealed class MemorySettings implements Ledger permits MemoryLedger {

  private static final int CHANGES_KEPT = 10_000;

  private record Id(String kind, String name) {}

  private final Map<Id, Setting> settings = new HashMap<>();
  private final ArrayDeque<SettingChange> changes = new ArrayDeque<>();
  private long version;

  @Override
  public final synchronized List<Setting> settingsSince(long known) {
    return settings.values().stream()
        .filter(setting -> setting.version() > known)
        .sorted(Comparator.comparingLong(Setting::version))
        .toList();
  }

  @Override
  public final List<Setting> settings(String kind) {
    return settingsSince(0).stream()
        .filter(setting -> setting.kind().equals(kind) && !setting.isRemoved())
        .toList();
  }

  @Override
  public final synchronized SettingOutcome change(SettingEdit edit) {
    for (var setting : edit.settings()) {
      var found = found(setting);
      if (!Setting.mayReplace(setting.version(), found)) {
        return new SettingOutcome.Stale(found);
      }
    }
    version++;
    for (var setting : edit.settings()) {
      settings.put(
          new Id(setting.kind(), setting.name()),
          new Setting(setting.kind(), setting.name(), setting.value(), version));
    }
    if (changes.size() == CHANGES_KEPT) {
      changes.removeLast();
    }
    changes.addFirst(edit.at(version));
    return new SettingOutcome.Kept(version);
  }

  private Setting found(Setting wanted) {
    return settings.getOrDefault(
        new Id(wanted.kind(), wanted.name()),
        new Setting(wanted.kind(), wanted.name(), "", Setting.NEW));
  }

  @Override
  public final synchronized List<SettingChange> settingChanges(long before, int max) {
    return changes.stream().filter(change -> change.version() < before).limit(max).toList();
  }
}
