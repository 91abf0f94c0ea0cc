package io.nexus.server.dialect.anthropic.messages;

import io.nexus.control.money.Money;
import io.nexus.control.money.Prompt;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.BackendFields;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.request.Edits;
import io.nexus.server.dialect.request.RequestContent;
import org.jspecify.annotations.Nullable;

/**
 * A request to count tokens, which is free.
 *
 * @param content the bytes and the texts in them
 * @param model the requested model
 * @param needs its requirements for a backend
 * @param user the {@code metadata.user_id} in it; empty if none
 * @param query the end of its path: empty, or {@code ?beta=true}
 * @param modelAt the model's name, with its quotes
 */
record CountRequest(
    RequestContent content, String model, Needs needs, String user, String query, Span modelAt)
    implements Asked {

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
    return "/messages/count_tokens" + query;
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens, BackendFields fields) {
    var edits = new Edits(content.body());
    if (!candidate.model().equals(model)) {
      edits.replace(modelAt, Edits.quoted(candidate.model()));
    }
    return edits.apply();
  }

  @Override
  public Answer whole(byte[] body, OutputMeter meter) {
    return new Counted(MessageAnswer.read(body, 0, meter).error());
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    throw new IllegalStateException("nothing is generated, so nothing is streamed");
  }

  /** The answer, which is forwarded unchanged. */
  private record Counted(@Nullable ProviderError error) implements Answer {

    @Override
    public ReportedUsage usage() {
      return ReportedUsage.NONE;
    }

    @Override
    public boolean isUsageLast() {
      return false;
    }

    @Override
    public boolean hitsLimit() {
      return false;
    }

    @Override
    public byte[] withCost(byte[] body, Money cost) {
      return body;
    }
  }
}
