package io.nexus.control.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingChange;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import io.nexus.control.ledger.SettingOutcome.Kept;
import io.nexus.control.ledger.SettingOutcome.Stale;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How every ledger keeps what is changed while gateways run. */
public abstract class LedgerSettingsContract extends LedgerReportsContract {

  /** For subclasses. */
  protected LedgerSettingsContract() {}

  private static SettingEdit edit(String action, Setting... settings) {
    return new SettingEdit(
        List.of(settings),
        AT,
        "0a1b2c3d",
        "10.0.0.7",
        action,
        "it",
        "null",
        "{\"é\":\"\\n\"}",
        "it’s due");
  }

  private static Setting key(String name, String value, long version) {
    return new Setting("key", name, value, version);
  }

  private static SettingOutcome change(Ledger ledger, Setting... settings) throws LedgerException {
    return ledger.change(edit("key.create", settings));
  }

  @Test
  void change_newThing_isKeptWithTheNextVersionAndItsRecord() throws Exception {
    try (var ledger = open()) {
      assertEquals(new Kept(1), change(ledger, key("a", "{\"x\":1}", Setting.NEW)));
      assertEquals(new Kept(2), change(ledger, key("b", "{}", Setting.NEW)));
      assertEquals(List.of(key("a", "{\"x\":1}", 1), key("b", "{}", 2)), ledger.settingsSince(0));
      assertEquals(List.of(key("b", "{}", 2)), ledger.settingsSince(1));
      assertEquals(List.of(), ledger.settingsSince(2));
      assertEquals(ledger.settingsSince(0), ledger.settings("key"));
      assertEquals(List.of(), ledger.settings("budget"));
      assertEquals(
          new SettingChange(
              2,
              AT,
              "0a1b2c3d",
              "10.0.0.7",
              "key.create",
              "it",
              "null",
              "{\"é\":\"\\n\"}",
              "it’s due"),
          ledger.settingChanges(Long.MAX_VALUE, 10).getFirst());
    }
  }

  @Test
  void change_anotherCameBetween_changesNothing() throws Exception {
    try (var ledger = open()) {
      change(ledger, key("a", "{}", Setting.NEW));
      change(ledger, key("a", "{\"x\":2}", 1));
      var found = key("a", "{\"x\":2}", 2);
      assertEquals(new Stale(found), change(ledger, key("a", "{\"x\":3}", 1)));
      assertEquals(new Stale(found), change(ledger, key("a", "{\"x\":3}", Setting.NEW)));
      assertInstanceOf(
          Stale.class,
          change(ledger, key("c", "{}", Setting.NEW), key("a", "{\"x\":3}", Setting.NEW)));
      assertEquals(List.of(found), ledger.settingsSince(0));
      assertEquals(2, ledger.settingChanges(Long.MAX_VALUE, 10).size());
      assertEquals(new Kept(3), change(ledger, key("a", "{\"x\":4}", Setting.ANY)));
    }
  }

  @Test
  void change_removedThing_isToldAsRemovedAndMayBeMadeAnew() throws Exception {
    try (var ledger = open()) {
      change(ledger, key("a", "{}", Setting.NEW));
      assertEquals(new Kept(2), change(ledger, key("a", "", 1)));
      assertEquals(List.of(key("a", "", 2)), ledger.settingsSince(1));
      assertEquals(List.of(), ledger.settings("key"));
      assertInstanceOf(Stale.class, change(ledger, key("a", "{}", 2)));
      assertEquals(new Kept(3), change(ledger, key("a", "{}", Setting.NEW)));
    }
  }

  @Test
  void settingChanges_manyOfThem_comeInPagesTheNewestFirst() throws Exception {
    try (var ledger = open()) {
      for (int i = 0; i < 5; i++) {
        assertEquals(new Kept(i + 1), ledger.change(edit("budget.reset")));
      }
      assertEquals(
          List.of(5L, 4L),
          ledger.settingChanges(Long.MAX_VALUE, 2).stream().map(SettingChange::version).toList());
      assertEquals(
          List.of(3L, 2L, 1L),
          ledger.settingChanges(4, 9).stream().map(SettingChange::version).toList());
      assertEquals(List.of(), ledger.settingsSince(0));
    }
  }
}
