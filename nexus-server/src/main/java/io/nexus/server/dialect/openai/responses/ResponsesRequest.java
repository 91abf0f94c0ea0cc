package io.nexus.server.dialect.openai.responses;

import io.nexus.control.money.Prompt;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.BackendFields;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.request.Edits;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request: the client's bytes, the parsed parts that the gateway needs, and their positions, so
 * that everything else is forwarded unchanged.
 *
 * @param content the bytes and the texts in them, until the answer begins
 * @param kind the kind of request
 * @param model the requested model
 * @param needs its requirements for a backend
 * @param user the {@code user} in it; empty if none
 * @param places the positions of values in the body
 * @param wishes its options
 * @param backend the only backend that stores what it continues; empty for any
 */
record ResponsesRequest(
    RequestContent content,
    RequestKind kind,
    String model,
    Needs needs,
    String user,
    Places places,
    Wishes wishes,
    String backend)
    implements Asked {

  /**
   * The positions of the values that the gateway may change.
   *
   * @param model the model's name, with its quotes
   * @param limit the value of {@code max_output_tokens}, a number or null; null if not given
   * @param calls the value of {@code max_tool_calls}, a number or null; null if not given
   * @param end the brace that closes the body's object
   */
  record Places(Span model, @Nullable Span limit, @Nullable Span calls, int end) {}

  @Override
  public Prompt prompt() {
    return content.prompt();
  }

  @Override
  public byte[] sent() {
    return content.body();
  }

  @Override
  public void letGo() {
    content.letGo();
  }

  @Override
  public String path(Candidate candidate) {
    return kind.path();
  }

  @Override
  public String pathOf(String id) {
    return RequestKind.CREATE.path() + '/' + id;
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens, BackendFields fields) {
    var edits = new Edits(content.body());
    var additions = new StringBuilder();
    if (!candidate.model().equals(model)) {
      edits.replace(places.model(), Edits.quoted(candidate.model()));
    }
    if (kind == RequestKind.COMPACT) {
      refuseIfShort(candidate, maxTokens);
    } else if (maxTokens > 0) {
      put("max_output_tokens", places.limit(), maxTokens, edits, additions);
    }
    if (isCallLimitMissing(edits) && isLimited(candidate)) {
      put("max_tool_calls", places.calls(), wishes.hostedCalls(), edits, additions);
    }
    if (!additions.isEmpty()) {
      edits.insert(places.end(), additions.toString());
    }
    return edits.apply();
  }

  /** Whether it has tools that run at the provider, and no limit for their calls. */
  private boolean isCallLimitMissing(Edits edits) {
    return wishes.hostedCalls() > 0
        && kind == RequestKind.CREATE
        && (places.calls() == null || edits.isNull(places.calls()));
  }

  private static boolean isLimited(Candidate candidate) {
    return candidate.budgets().isEnforced() && !candidate.isFree();
  }

  private static void put(
      String name, @Nullable Span at, long number, Edits edits, StringBuilder additions) {
    if (at == null) {
      additions.append(",\"").append(name).append("\":").append(number);
    } else {
      edits.replace(at, Long.toString(number));
    }
  }

  /** Refuses a compaction that the budget cannot pay, since its output cannot be limited. */
  private static void refuseIfShort(Candidate candidate, long maxTokens) {
    if (maxTokens > 0 && maxTokens < candidate.maxOutputTokens()) {
      throw new ApiException(
          429,
          new ApiError(
              "Budget limit exceeded, request rejected: what is left may not pay for a compaction,"
                  + " whose length no field of the request limits.",
              "budget_exceeded",
              null,
              "insufficient_quota"),
          Map.of("x-should-retry", "false"));
    }
  }

  @Override
  public Answer whole(byte[] answer, OutputMeter meter) {
    return ResponseAnswer.read(answer, meter, wishes);
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    return new ResponseEvents(metering, meter, wishes);
  }
}
