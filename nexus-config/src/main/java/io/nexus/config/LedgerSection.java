package io.nexus.config;

import io.nexus.control.money.Money;
import java.time.Duration;

/** {@code [ledger]}. */
final class LedgerSection {

  private static final String PASSWORD = "password";
  private static final Key<String> URL =
      Key.of("url", Addresses.ledger(), "jdbc:sqlite:nexus-data/ledger.db");
  private static final Key<String> NODE = Key.of("node", Types.text());
  private static final Key<Integer> KEEP_DAYS = Key.of("keep_days", Types.whole(1, 36_500), 400);
  private static final Key<Duration> LEASE_TTL =
      Key.of("lease_ttl_seconds", Types.seconds(5, 86_400), Duration.ofMinutes(1));
  private static final Key<Money> MAX_CHUNK =
      Key.of("max_chunk", Types.usdAboveZero(), new Money(5 * Money.NANOS_PER_USD));
  private static final Key<Long> JOURNAL_MAX_BYTES =
      Key.of("journal_max_bytes", Types.wholeFrom(65_536), 67_108_864L);

  private LedgerSection() {}

  static LedgerConfig read(TableReader in) {
    return new LedgerConfig(
        in.get(URL),
        SecretKeys.read(
            in, PASSWORD, "NEXUS_LEDGER_PASSWORD", "no password is sent to the database"),
        in.optional(NODE),
        in.get(KEEP_DAYS),
        in.get(LEASE_TTL),
        in.get(MAX_CHUNK),
        in.get(JOURNAL_MAX_BYTES));
  }

  static void write(TomlWriter out, LedgerConfig ledger) {
    out.table("ledger")
        .put(URL, ledger.url())
        .secret(PASSWORD, ledger.password())
        .put(NODE, ledger.node())
        .put(KEEP_DAYS, ledger.keepDays())
        .put(LEASE_TTL, ledger.leaseTtl())
        .put(MAX_CHUNK, ledger.maxChunk())
        .put(JOURNAL_MAX_BYTES, ledger.journalMaxBytes());
  }
}
