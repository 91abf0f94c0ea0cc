package io.nexus.bench.money;

import io.nexus.server.mock.Speech;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.Events;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Stalled;
import io.nexus.server.mock.UpstreamReply.Unanswered;
import io.nexus.server.mock.UpstreamReply.Whole;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** How the provider behaves in a scenario. Safe for many threads. */
final class Provider implements Function<UpstreamRequest, UpstreamReply> {

  /** Ten tokens an event and 400 a second, like fast providers. */
  private static final int EVENT_TOKENS = 10;

  private static final int EVENTS_A_SECOND = 40;

  /** The rate of answers in one piece, to save time. */
  private static final long WHOLE_TOKENS_A_SECOND = 2_000;

  /** Hidden tokens in the time of an event: 200 a second. */
  private static final int THOUGHT_TOKENS = 5;

  private static final Pattern NUMBER = Pattern.compile("Request (\\d+) ");
  private static final String ERROR =
      "{\"error\":{\"message\":\"The engine is overloaded\",\"type\":\"server_error\",\"code\":null}}";

  private final Workload workload;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final AtomicLong mostNanos = new AtomicLong();

  Provider(Workload workload) {
    this.workload = workload;
  }

  /** The most that may be charged for all requests received. */
  long mostNanos() {
    return mostNanos.get();
  }

  @Override
  public UpstreamReply apply(UpstreamRequest request) {
    long tokens = Math.min(request.outputLimit(workload.answerTokens()), workload.answerTokens());
    UpstreamUsage whole = workload.usage();
    long hidden = whole.completion() == 0 ? 0 : whole.reasoning() * tokens / whole.completion();
    long shown = whole.completion() == 0 ? 0 : tokens - hidden;
    long each = Math.min(Math.max(1, shown), EVENT_TOKENS);
    int pieces = (int) (shown / each);
    UpstreamUsage billed =
        new UpstreamUsage(whole.prompt(), whole.cached(), hidden + pieces * each, hidden);
    mostNanos.addAndGet(most(billed));
    Speech speech =
        new Speech("", pieces(pieces, (int) each), each, hidden, true, billed, reported(billed));
    return reply(request, speech);
  }

  /** Not all alike: some gateways end a stream that repeats an event for long. */
  private static List<String> pieces(int pieces, int words) {
    return IntStream.range(0, pieces)
        .mapToObj(i -> (i % 2 == 0 ? " word" : " text").repeat(words))
        .toList();
  }

  private long most(UpstreamUsage billed) {
    if (workload.scenario() == MoneyScenario.errors) {
      return 0;
    }
    return workload.scenario().isExact()
        ? billed.nanos(Workload.prices(workload.model()))
        : workload.worstNanos();
  }

  private UpstreamUsage reported(UpstreamUsage billed) {
    return switch (workload.scenario()) {
      case understated -> UpstreamUsage.of(billed.prompt() / 10, billed.completion() / 10);
      case overstated -> UpstreamUsage.of(billed.prompt(), billed.completion() * 10);
      case zeros -> UpstreamUsage.of(0, 0);
      default -> billed;
    };
  }

  private UpstreamReply reply(UpstreamRequest request, Speech speech) {
    return switch (workload.scenario()) {
      case errors -> paced(error(request));
      case breaks -> paced(broken(request, speech));
      case unanswered ->
          isFirst(request)
              ? new Unanswered(speech.billed(), tokensASecond(), Break.RESET)
              : paced(speech.to(request));
      default -> paced(speech.to(request));
    };
  }

  private long tokensASecond() {
    return EVENT_TOKENS * EVENTS_A_SECOND;
  }

  private boolean isFirst(UpstreamRequest request) {
    return seen.add(number(request));
  }

  private static String number(UpstreamRequest request) {
    var number = NUMBER.matcher(request.text());
    return number.find() ? number.group(1) : "0";
  }

  /** Streams break off in all ways in turn: two in four are requested as streams. */
  private static Break way(UpstreamRequest request) {
    return Integer.parseInt(number(request)) % 4 < 2 ? Break.CLOSE : Break.RESET;
  }

  private static UpstreamReply error(UpstreamRequest request) {
    return request.streaming()
        ? UpstreamReply.events(List.of(new UpstreamReply.Chunk(ERROR, 0)), UpstreamUsage.of(0, 0))
        : UpstreamReply.refuse(200, ERROR);
  }

  private static UpstreamReply broken(UpstreamRequest request, Speech speech) {
    return switch (speech.to(request)) {
      case Events events -> events.breakingAfter(events.chunks().size() / 2, way(request));
      case Whole whole -> whole.breakingAfterBytes(whole.body().length / 2);
      case UpstreamReply other -> other;
    };
  }

  private UpstreamReply paced(UpstreamReply reply) {
    if (reply instanceof Events events) {
      boolean thinks = workload.scenario() == MoneyScenario.thinking;
      return (thinks ? thinking(events) : events).paced(Pace.perSecond(EVENTS_A_SECOND));
    }
    long millis =
        reply instanceof Whole whole
            ? whole.usage().completion() * 1_000L / WHOLE_TOKENS_A_SECOND
            : 0;
    return new Stalled(_ -> Thread.sleep(millis), reply);
  }

  /** Hidden tokens are generated, and billed, a few at a time between events. */
  private static Events thinking(Events events) {
    List<Chunk> chunks = new ArrayList<>();
    for (Chunk chunk : events.chunks()) {
      if (!chunk.data().isEmpty()) {
        chunks.add(chunk);
        continue;
      }
      for (long left = chunk.tokens(); left > 0; left -= THOUGHT_TOKENS) {
        chunks.add(new Chunk("", Math.min(left, THOUGHT_TOKENS)));
      }
    }
    return events.chunks(chunks);
  }
}
