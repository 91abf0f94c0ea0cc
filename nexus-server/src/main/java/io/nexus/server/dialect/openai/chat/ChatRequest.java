package io.nexus.server.dialect.openai.chat;

import io.nexus.control.money.Prompt;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import org.jspecify.annotations.Nullable;

/**
 * A chat request: the bytes that the client sent, what they say as far as the gateway must know,
 * and where in them it stands, so that they can be passed on with nothing else touched.
 *
 * @param content the bytes and the texts in them, until the answer begins
 * @param model the model that the client names
 * @param needs what it asks of a backend
 * @param user the {@code user} it names; empty if none
 * @param usageWanted whether a streaming client asked for the usage
 * @param places where things stand in the body
 */
record ChatRequest(
    RequestContent content,
    String model,
    Needs needs,
    String user,
    boolean usageWanted,
    Places places)
    implements Asked {

  /**
   * Where the values stand that the gateway may have to change.
   *
   * @param model the model's name, with its quotes
   * @param maxTokens the value of {@code max_tokens}, a number or null; null if not given
   * @param maxCompletionTokens the value of {@code max_completion_tokens}, a number or null; null
   *     if not given
   * @param streamOptions the value of {@code stream_options}; null if not given
   * @param includeUsage the value of its {@code include_usage}; null if not given
   * @param end the brace that closes the body's object
   */
  record Places(
      Span model,
      @Nullable Span maxTokens,
      @Nullable Span maxCompletionTokens,
      @Nullable Span streamOptions,
      @Nullable Span includeUsage,
      int end) {}

  @Override
  public Prompt prompt() {
    return content.prompt();
  }

  @Override
  public void letGo() {
    content.letGo();
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens) {
    var limit =
        candidate.backend().type().equals("openai") ? "max_completion_tokens" : "max_tokens";
    return new Forwarding(candidate.model(), maxTokens, limit).body(this);
  }

  @Override
  public Answer whole(byte[] answer, OutputMeter meter) {
    return ChatAnswer.read(answer, meter);
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    return new ChatEvents(usageWanted, metering, meter, FinalChunks.Form.CHAT);
  }
}
