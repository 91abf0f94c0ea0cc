package io.nexus.control.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Item;
import io.nexus.control.money.Money;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {

  private static final Usage PLAIN = new Usage(1000, 100, 500, 10, 200, 50, 5);

  private static final ServedBy CHAT = new ServedBy("backend", "provider", "model");

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

  /** Files and journals of before were written by it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "\u0000 \u007f \u0080 \u07ff \u0800 \uffff \ud83d\ude00 \ud83d",
        "caf\u00e9 \u6771\u4eac"
      })
  void text_isWrittenAsDataOutputStreamDoes(String text) throws IOException {
    for (var requestId : List.of(text, text.repeat(400))) {
      var expected = new ByteArrayOutputStream();
      var out = new DataOutputStream(expected);
      var attempt = new RecordId(requestId, -7, Integer.MAX_VALUE);
      out.writeUTF(attempt.requestId());
      out.writeInt(-7);
      out.writeInt(Integer.MAX_VALUE);
      var bytes = RecordCodec.bytes(attempt);
      assertArrayEquals(expected.toByteArray(), bytes);
      assertEquals(attempt, RecordCodec.attempt(bytes));
    }
  }

  /** Its charges alone are read by another way. */
  @Test
  void record_ofAnyLength_isReadBackWhole() throws IOException {
    for (int length = 0; length < 1200; length++) {
      var record =
          new SpendRecord(
              new RecordId("r", 1),
              Instant.EPOCH,
              new Caller("key", "team", "user", List.of("t".repeat(length % 256))),
              CHAT,
              PLAIN,
              "price",
              Money.usd("1"),
              Precision.COUNTED,
              Outcome.COMPLETED,
              Collections.nCopies(length / 60, new BudgetCycle("global", Cycle.ENDLESS)));
      assertEquals(record, RecordCodec.record(RecordCodec.bytes(record)));
    }
  }

  @Test
  void charged_ofARecord_isItsCostAndItsCharges() throws IOException {
    var day =
        new Cycle(Instant.parse("2026-11-23T00:00:00Z"), Instant.parse("2026-11-24T00:00:00Z"));
    var charges =
        List.of(new BudgetCycle("caf\u00e9", Cycle.ENDLESS), new BudgetCycle("b".repeat(300), day));
    for (var tags : List.of(List.<String>of(), List.of("t", "\u6771".repeat(20_000)))) {
      for (var target : List.of(CHAT, new ServedBy("b", "p", "m", "embeddings"))) {
        var caller = new Caller("key", "team", "\ud83d\ude00", tags);
        var record =
            new SpendRecord(
                new RecordId("r", 1, 2),
                Instant.EPOCH,
                caller,
                target,
                PLAIN,
                "price",
                Money.usd("0.5"),
                Precision.REPORTED,
                Outcome.COMPLETED,
                charges);
        var bytes = RecordCodec.bytes(record);
        assertEquals(record, RecordCodec.record(bytes));
        var charged = RecordCodec.charged(bytes);
        assertEquals(Money.usd("0.5"), charged.cost());
        assertEquals(charges, charged.charges());
      }
    }
  }

  private static SpendRecord record(Usage used) {
    return new SpendRecord(
        new RecordId("r", 1),
        Instant.EPOCH,
        new Caller("key", "team", "user", List.of("tag")),
        CHAT,
        used,
        "price",
        Money.usd("0.5"),
        Precision.REPORTED,
        Outcome.COMPLETED,
        List.of());
  }
}
