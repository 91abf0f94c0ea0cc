package io.nexus.server.dialect.translate;

import io.nexus.control.money.Prompt;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.BackendFields;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.Translated;
import java.util.List;

/**
 * A request to count tokens for a backend without that API: the gateway answers with its own count.
 *
 * @param asked the client's request
 * @param to the API of the backend
 * @param tokens the count
 */
record CountedHere(Asked asked, Api to, long tokens) implements Asked {

  @Override
  public byte[] ownAnswer() {
    var answer = Tree.object();
    switch (asked.needs().api()) {
      case RESPONSES_COUNT ->
          answer.put("object", "response.input_tokens").put("input_tokens", tokens);
      case GEMINI_COUNT -> answer.put("totalTokens", tokens);
      default -> answer.put("input_tokens", tokens);
    }
    return Tree.bytes(answer);
  }

  @Override
  public Translated translated() {
    return new Translated(asked.needs().api(), to, List.of());
  }

  @Override
  public String model() {
    return asked.model();
  }

  @Override
  public Needs needs() {
    return asked.needs();
  }

  @Override
  public String user() {
    return asked.user();
  }

  @Override
  public Prompt prompt() {
    return asked.prompt();
  }

  @Override
  public String path(Candidate candidate) {
    return asked.path(candidate);
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens, BackendFields fields) {
    return asked.body(candidate, maxTokens, fields);
  }

  @Override
  public void letGo() {
    asked.letGo();
  }

  @Override
  public Answer whole(byte[] body, OutputMeter meter) {
    return asked.whole(body, meter);
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    return asked.events(metering, meter);
  }
}
