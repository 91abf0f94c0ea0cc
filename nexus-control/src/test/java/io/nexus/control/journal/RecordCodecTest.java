package io.nexus.control.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Item;
import io.nexus.control.money.Money;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordCodecTest {

  private static final Usage PLAIN = new Usage(1000, 100, 500, 10, 200, 50, 5);

  @Test
  void record_withExtras_isReadBackWhole() throws IOException {
    var used = PLAIN.with(PriceKind.CACHE_WRITE_1H, 300).with(Item.parse("search:high"), 2);
    assertEquals(record(used), RecordCodec.record(RecordCodec.bytes(record(used))));
  }

  @Test
  void record_withoutExtras_hasTheBytesOfBeforeThereWereAny() throws IOException {
    var plain = RecordCodec.bytes(record(PLAIN));
    var extra = RecordCodec.bytes(record(PLAIN.with(PriceKind.SEARCH, 2)));
    assertArrayEquals(plain, Arrays.copyOf(extra, plain.length));
    assertEquals(2 + "search=2".length(), extra.length - plain.length);
    assertEquals(record(PLAIN), RecordCodec.record(plain));
  }

  private static SpendRecord record(Usage used) {
    return new SpendRecord(
        new RecordId("r", 1),
        Instant.EPOCH,
        new Caller("key", "team", "user", List.of("tag")),
        new ServedBy("backend", "provider", "model"),
        used,
        "price",
        Money.usd("0.5"),
        Precision.REPORTED,
        Outcome.COMPLETED,
        List.of());
  }
}
