package io.nexus.server.dialect.translate;

import io.nexus.control.money.Prompt;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.BackendFields;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.Translated;
import io.nexus.server.http.ApiError;
import java.io.IOException;

/**
 * A request translated to the backend's API, whose answers are translated to the client's. The
 * backend's dialect parses and meters as usual; the output for the client is translated last.
 *
 * @param client the client's request
 * @param asked the request in the backend's API
 * @param back translates the answers back
 * @param translated how it was translated
 */
record TranslatedRequest(Asked client, Asked asked, Translation.Back back, Translated translated)
    implements Asked {

  @Override
  public String model() {
    return client.model();
  }

  @Override
  public Needs needs() {
    return asked.needs();
  }

  @Override
  public String user() {
    return client.user();
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
  public String contentType() {
    return asked.contentType();
  }

  @Override
  public BackendFields taught(Candidate candidate, BackendFields fields, String refusal) {
    return asked.taught(candidate, fields, refusal);
  }

  /** Refusals are translated to the client's API. */
  @Override
  public ApiError refusal(byte[] body) {
    try {
      return Trouble.in(Tree.answer(body, 0, body.length)).asError();
    } catch (IOException e) {
      return Trouble.of(Tree.object()).asError();
    }
  }

  @Override
  public void letGo() {
    client.letGo();
    asked.letGo();
  }

  @Override
  public Answer whole(byte[] body, OutputMeter meter) {
    return new TranslatedAnswer(asked.whole(body, meter), back);
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    long inputTokens = metering.hold().candidate().estimate().inputTokens();
    return new TranslatedEvents(
        asked.events(metering, meter), back.events(inputTokens), metering.room());
  }
}
