package io.nexus.server.dialect.anthropic.messages;

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
import io.nexus.server.dialect.anthropic.messages.BoundReader.Uses;
import io.nexus.server.dialect.request.BoundParts;
import io.nexus.server.dialect.request.Edits;
import io.nexus.server.dialect.request.RequestContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for a message: the client's bytes, the parsed parts that the gateway needs, and their
 * positions, so that everything else is forwarded unchanged.
 *
 * @param content the bytes and the texts in them, until the answer begins
 * @param model the requested model
 * @param needs its requirements for a backend
 * @param user the {@code metadata.user_id} in it; empty if none
 * @param query the end of its path: empty, or {@code ?beta=true}
 * @param places the positions of values in the body
 */
record MessagesRequest(
    RequestContent content, String model, Needs needs, String user, String query, Places places)
    implements Asked {

  /** The provider's least reasoning budget, in tokens. */
  static final long LEAST_BUDGET = 1024;

  /**
   * The positions of the values that the gateway may change.
   *
   * @param model the model's name, with its quotes
   * @param maxTokens the position of {@code max_tokens}
   * @param longest the value of {@code max_tokens}
   * @param budget the position of {@code thinking.budget_tokens}; null if not given
   * @param thought the value of {@code thinking.budget_tokens}
   * @param uses the places in which tools that run at the provider need a limit
   */
  record Places(
      Span model,
      Span maxTokens,
      long longest,
      @Nullable Span budget,
      long thought,
      List<Uses> uses) {}

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
    return "/messages" + query;
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens, BackendFields fields) {
    var edits = new Edits(content.body());
    if (!candidate.model().equals(model)) {
      edits.replace(places.model(), Edits.quoted(candidate.model()));
    }
    if (maxTokens > 0) {
      edits.replace(places.maxTokens(), Long.toString(maxTokens));
      thinkNoLonger(maxTokens, edits);
    }
    if (candidate.budgets().isEnforced() && !candidate.isFree()) {
      for (var each : places.uses()) {
        var most = Long.toString(BoundParts.USUAL_CALLS);
        if (each.isNull()) {
          edits.replace(each.at(), most);
        } else {
          edits.insert(each.at().from(), ",\"max_uses\":" + most);
        }
      }
    }
    return edits.apply();
  }

  /**
   * Lowers the reasoning budget in proportion to the output limit, of which it is a part. If it is
   * greater than that limit, the model reasons between calls, and the budget is not a part of it.
   */
  private void thinkNoLonger(long maxTokens, Edits edits) {
    var at = places.budget();
    if (at == null || places.thought() >= places.longest() || maxTokens >= places.longest()) {
      return;
    }
    long share = places.thought() * maxTokens / places.longest(); // Each has 31 bits at most.
    long budget = Math.min(Math.max(LEAST_BUDGET, share), maxTokens - 1);
    if (budget < places.thought()) {
      edits.replace(at, Long.toString(budget));
    }
  }

  @Override
  public Answer whole(byte[] answer, OutputMeter meter) {
    return MessageAnswer.read(answer, needs.bound().toolCalls(), meter);
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    return new MessageEvents(metering, meter);
  }
}
