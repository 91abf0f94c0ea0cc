package io.nexus.control.memory;

import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import io.nexus.control.settings.Settings;
import java.util.List;

/** The settings of a process that shares them with no other. */
final class LocalSettings extends Settings {

  private final MemoryLedger ledger;

  LocalSettings(MemoryLedger ledger) {
    this.ledger = ledger;
    learn(List.of());
  }

  @Override
  public synchronized SettingOutcome change(SettingEdit edit) {
    var outcome = ledger.change(edit);
    learn(ledger.settingsSince(version()));
    return outcome;
  }

  @Override
  public boolean areLasting() {
    return false;
  }
}
