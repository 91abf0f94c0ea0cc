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

/**
 * A request whose answers begin with its own prompt, which is paid as input and not generated.
 *
 * @param chars how much of the answers that is
 */
record EchoRequest(ChatRequest request, long chars) implements Asked {

  @Override
  public String model() {
    return request.model();
  }

  @Override
  public Needs needs() {
    return request.needs();
  }

  @Override
  public String user() {
    return request.user();
  }

  @Override
  public Prompt prompt() {
    return request.prompt();
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens, BackendFields fields) {
    return request.body(candidate, maxTokens, fields);
  }

  @Override
  public BackendFields taught(Candidate candidate, BackendFields fields, String refusal) {
    return request.taught(candidate, fields, refusal);
  }

  @Override
  public void letGo() {
    request.letGo();
  }

  @Override
  public Answer whole(byte[] body, OutputMeter meter) {
    meter.ignore(chars);
    return request.whole(body, meter);
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    meter.ignore(chars);
    return request.events(metering, meter);
  }
}
