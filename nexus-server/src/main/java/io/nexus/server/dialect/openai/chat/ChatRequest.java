package io.nexus.server.dialect.openai.chat;

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
import io.nexus.server.dialect.openai.chat.FinalChunks.Form;
import io.nexus.server.dialect.request.RequestContent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chat request: the client's bytes, the parsed parts that the gateway needs, and their positions,
 * so that everything else is forwarded unchanged.
 *
 * @param content the bytes and the texts in them, until the answer begins
 * @param model the requested model
 * @param needs its requirements for a backend
 * @param user the {@code user} in it; empty if none
 * @param usageWanted whether a streaming client asked for the usage
 * @param places the positions of values in the body
 * @param form the form of its answers
 * @param echoed the number of characters of its answers that repeat the prompt, which is billed as
 *     input
 */
record ChatRequest(
    RequestContent content,
    String model,
    Needs needs,
    String user,
    boolean usageWanted,
    Places places,
    Form form,
    long echoed)
    implements Asked {

  static final String MAX_TOKENS = "max_tokens";
  static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

  /**
   * The positions of the values that the gateway may change.
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
  public byte[] sent() {
    return content.body();
  }

  @Override
  public void letGo() {
    content.letGo();
  }

  @Override
  public String path(Candidate candidate) {
    return form == Form.CHAT ? "/chat/completions" : "/completions";
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens, BackendFields fields) {
    var usual = usualLimit(candidate);
    return new Forwarding(candidate.model(), maxTokens, usual, fields).body(this);
  }

  @Override
  public BackendFields taught(Candidate candidate, BackendFields fields, String refusal) {
    if (fields.usageOption().orElse(true) && FieldRefusal.names(refusal, "stream_options")) {
      return fields.withoutUsageOption();
    }
    for (var sent : limits(candidate, fields)) {
      if (FieldRefusal.names(refusal, sent)) {
        return fields.withMaxTokensField(
            sent.equals(MAX_TOKENS) ? MAX_COMPLETION_TOKENS : MAX_TOKENS);
      }
    }
    return fields;
  }

  private String usualLimit(Candidate candidate) {
    boolean isNewer = form == Form.CHAT && candidate.backend().type().equals("openai");
    return isNewer ? MAX_COMPLETION_TOKENS : MAX_TOKENS;
  }

  /** The fields with the output limit. */
  private List<String> limits(Candidate candidate, BackendFields fields) {
    if (fields.maxTokensField().isPresent()) {
      return List.of(fields.maxTokensField().get());
    }
    if (places.maxTokens() == null && places.maxCompletionTokens() == null) {
      return List.of(usualLimit(candidate));
    }
    var limits = new ArrayList<String>();
    if (places.maxCompletionTokens() != null) {
      limits.add(MAX_COMPLETION_TOKENS);
    }
    if (places.maxTokens() != null) {
      limits.add(MAX_TOKENS);
    }
    return limits;
  }

  @Override
  public Answer whole(byte[] answer, OutputMeter meter) {
    meter.ignore(echoed);
    return ChatAnswer.read(answer, meter);
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    meter.ignore(echoed);
    return new ChatEvents(usageWanted, metering, meter, form);
  }
}
