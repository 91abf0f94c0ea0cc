package io.nexus.control.ledger;

/** The result of a {@link SettingEdit}. */
public sealed interface SettingOutcome {

  /**
   * It is stored.
   *
   * @param version the number of the change
   */
  record Kept(long version) implements SettingOutcome {}

  /**
   * Nothing was changed, because of a concurrent change.
   *
   * @param found the setting found instead of the expected one
   */
  record Stale(Setting found) implements SettingOutcome {}
}
