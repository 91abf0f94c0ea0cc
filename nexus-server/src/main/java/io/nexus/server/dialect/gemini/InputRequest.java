package io.nexus.server.dialect.gemini;

import io.nexus.control.money.Prompt;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.BackendFields;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.request.Edits;
import io.nexus.server.dialect.request.RequestContent;

/**
 * A request with an input and no generated output: an embedding, or a token count.
 *
 * @param content the client's bytes and the texts in them
 * @param models the model, and the places that name it
 * @param verb the verb of its path
 * @param needs its requirements for a backend
 */
record InputRequest(RequestContent content, ModelNames models, Verb verb, Needs needs)
    implements Asked {

  @Override
  public String model() {
    return models.model();
  }

  @Override
  public String user() {
    return "";
  }

  @Override
  public Prompt prompt() {
    return content.prompt();
  }

  @Override
  public void letGo() {
    content.letGo();
  }

  @Override
  public String path(Candidate candidate) {
    return ModelNames.path(candidate.model(), verb);
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens, BackendFields fields) {
    var edits = new Edits(content.body());
    models.rename(candidate.model(), edits);
    return edits.apply();
  }

  /** Gives nothing to the meter, since nothing was generated. */
  @Override
  public Answer whole(byte[] body, OutputMeter meter) {
    var reading = new GenerateRequest.Reading(model(), ServiceTier.STANDARD, false);
    return GenerateAnswer.read(body, meter, reading);
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    throw new IllegalStateException("nothing is generated, so nothing is streamed");
  }
}
