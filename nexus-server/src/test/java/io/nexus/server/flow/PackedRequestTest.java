package io.nexus.server.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.Location;
import io.nexus.server.flow.RecentRequest.End;
import io.nexus.server.flow.RecentRequest.Try;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PackedRequestTest {

  private static final Caller CALLER =
      new Caller("ci", "r\u00e9search", "u\ud83d\ude00", List.of("a", "b"));

  private static final SpendRecord RECORD =
      new SpendRecord(
          new RecordId("req_1", 2),
          Instant.ofEpochMilli(1_796_094_024_000L),
          CALLER,
          new ServedBy("openai", "openai", "gpt-4o", "responses"),
          Usage.of(200, 145),
          "in 2.5; out 10",
          Money.usd("0.00195"),
          Precision.COUNTED,
          Outcome.COMPLETED,
          List.of(new BudgetCycle("global", Cycle.ENDLESS)));

  private final PackedRequest packed = new PackedRequest();

  private static Try attempt(@Nullable SpendRecord record) {
    return new Try(
        "openai",
        "gpt-4o",
        Location.CLOUD,
        record == null,
        record == null ? RouteReason.FAILOVER : RouteReason.CAPABILITY_MATCH,
        Money.usd("0.002"),
        Money.usd("0.005"),
        Money.usd("0.006"),
        Money.usd("0.01"),
        512,
        768,
        record != null,
        "nexus.toml: gpt-4o",
        record);
  }

  private static RecentRequest ended(
      String model, List<Exclusion> excluded, List<Try> tries, End end) {
    return new RecentRequest(
        "req_1", 1_796_094_024_000L, CALLER, "chat", model, true, excluded, tries, end);
  }

  private RecentRequest packedAndUnpacked(RecentRequest request) {
    packed.pack(request, assertEnded(request));
    return packed.request();
  }

  private static End assertEnded(RecentRequest request) {
    var end = request.end();
    assertNotNull(end);
    return end;
  }

  private static void assertAlike(RecentRequest expected, RecentRequest request) {
    assertEquals(expected.id(), request.id());
    assertEquals(expected.atMillis(), request.atMillis());
    assertEquals(expected.caller(), request.caller());
    assertEquals(expected.api(), request.api());
    assertEquals(expected.model(), request.model());
    assertEquals(expected.stream(), request.stream());
    assertSame(expected.excluded(), request.excluded());
    assertEquals(expected.tries(), request.tries());
    assertEquals(expected.end(), request.end());
  }

  @Test
  void request_servedAfterAFailure_isTheSameAfterwards() {
    var request =
        ended(
            "gpt-4o",
            List.of(),
            List.of(attempt(null), attempt(RECORD)),
            new End(200, "", 1_234_567));
    assertAlike(request, packedAndUnpacked(request));
  }

  @Test
  void request_shorterThanTheOneBefore_hasNothingOfIt() {
    packedAndUnpacked(
        ended("m".repeat(900), List.of(), List.of(attempt(RECORD)), new End(200, "", 1)));
    var request = ended("m", List.of(), List.of(), new End(429, "insufficient_quota", 99));
    assertAlike(request, packedAndUnpacked(request));
  }

  @Test
  void request_modelOfAMegabyte_isCut() {
    var request =
        ended("m".repeat(1 << 20), List.of(), List.of(), new End(404, "model_not_found", 1));
    assertEquals("m".repeat(1024), packedAndUnpacked(request).model());
  }
}
