package io.nexus.bench.micro;

import io.nexus.control.budget.Window;
import io.nexus.control.hold.Hold;
import io.nexus.control.hold.HoldRequest;
import io.nexus.control.hold.Holds;
import io.nexus.control.hold.OutputLengths;
import io.nexus.control.hold.TakeResult.Taken;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.limit.Limits;
import io.nexus.control.memory.LocalFunds;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Load;
import io.nexus.control.routing.Offer;
import io.nexus.control.spi.TokenCounter;
import io.nexus.control.tokens.HeuristicTokenCounter;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.AnswerRoom;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.KeyMask;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.SseBuffer;
import io.nexus.server.dialect.openai.chat.ChatDialect;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading requests and answers of the chat API. */
@State(Scope.Benchmark)
public class DialectBenchmark {
  private static final int CHUNKS = 64;
  private static final Money INPUT = Money.usd("2.50");
  private static final Money OUTPUT = Money.usd("10.00");

  /** Kilobytes of the prompt's text. */
  @Param({"1", "32"})
  public int kilobytes;

  private final TokenCounter.ForModel counter =
      new HeuristicTokenCounter().forModel("gpt-4o").orElseThrow();
  private final byte[] answer = answer();
  private final byte[] stream = stream();
  private byte[] body = {};
  private Asked asked = new ChatDialect().read(Call.of(body("")));
  private Metering metering = metering(asked);

  /** A system message and a user's. */
  @Setup
  public void write() {
    body = body(SampleText.of(kilobytes * 1_024));
    asked = new ChatDialect().read(Call.of(body));
    metering = metering(asked);
  }

  private Metering metering(Asked of) {
    return new Metering(
        hold(of),
        counter,
        KeyMask.of(List.of()),
        () -> false,
        0,
        Duration.ofMinutes(1),
        AnswerRoom.alone(1 << 20),
        _ -> Optional.empty(),
        null);
  }

  private static Hold hold(Asked of) {
    var pricing = ModelPricing.of(Rates.text(INPUT, OUTPUT));
    var price = new Price(pricing, "built-in table", Price.Rule.EXACT, "gpt-4o");
    var count = new TokenCount(250, 1_024, TokenCountTier.ESTIMATED);
    var budgets = SampleBudgets.book(3, 10, new Window.Monthly(1));
    var candidate =
        new Candidate(
            new Offer(
                SampleBudgets.BACKEND, Load.IDLE, "gpt-4o", price, ModelFacts.window(128_000)),
            0,
            CostEstimate.estimate(pricing, count, 1_024, 1, false),
            pricing,
            1_024,
            budgets.of(SampleBudgets.CALLER, 0).at("openai", "cloud", "gpt-4o"));
    var clock = InstantSource.fixed(Instant.ofEpochMilli(SampleBudgets.NOW_MILLIS));
    var funds = new LocalFunds(new MemoryLedger(clock, 1), clock);
    var holds = new Holds(funds, Limits.none(), new OutputLengths(10), 64);
    var request =
        new HoldRequest(new RecordId("req_1", 1), SampleBudgets.CALLER, candidate, of.needs());
    if (holds.take(request, SampleBudgets.NOW_MILLIS) instanceof Taken taken) {
      return taken.hold();
    }
    throw new IllegalStateException("there is money");
  }

  private static byte[] body(String text) {
    return """
    {"model":"gpt-4o","stream":true,"temperature":0.7,"max_tokens":1024,"user":"ann",\
    "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"%s"}]}\
    """
        .formatted(text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] answer() {
    return """
    {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o",\
    "choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null},\
    "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":250,\
    "completion_tokens":128,"total_tokens":378,"prompt_tokens_details":{"cached_tokens":0},\
    "completion_tokens_details":{"reasoning_tokens":0}},"system_fingerprint":"fp_1"}\
    """
        .formatted("All work and no play. ".repeat(27))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] stream() {
    return """
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,\
    "model":"gpt-4o","system_fingerprint":"fp_1","choices":[{"index":0,\
    "delta":{"content":" word"},"logprobs":null,"finish_reason":null}]}

    """
        .repeat(CHUNKS)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A request, from its bytes. */
  @Benchmark
  public Asked request() {
    return new ChatDialect().read(Call.of(body));
  }

  /** An answer in one piece, of a kilobyte. */
  @Benchmark
  public Answer answerInOnePiece() {
    return asked.whole(answer, new OutputMeter(counter));
  }

  /** A chunk of a stream, cut, read and passed on. */
  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public long chunk() throws IOException {
    var meter = new OutputMeter(counter);
    Events events = asked.events(metering, meter);
    var buffer = new SseBuffer(AnswerRoom.taken());
    var in = new ByteArrayInputStream(stream);
    var passed = new long[1];
    while (buffer.fill(in)) {
      while (buffer.next()) {
        events.pass(buffer, (_, from, to) -> passed[0] += to - from);
        meter.compact();
      }
    }
    return passed[0] + meter.tokens();
  }
}
