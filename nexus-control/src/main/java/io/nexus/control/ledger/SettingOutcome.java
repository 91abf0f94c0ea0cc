package io.nexus.control.ledger;

/** What came of a {@link SettingEdit}. */
public sealed interface SettingOutcome {

  /**
   * It is kept.
   *
   * @param version the number of the change
   */
  record Kept(long version) implements SettingOutcome {}

  /**
   * Nothing was changed: another change came between.
   *
   * @param found what is there instead of what was expected
   */
  record Stale(Setting found) implements SettingOutcome {}
}
