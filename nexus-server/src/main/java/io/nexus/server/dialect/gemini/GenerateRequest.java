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
 * A generateContent request, in one piece or as a stream. The backend is always asked for events;
 * an array consists of the same chunks without event framing.
 *
 * @param content the client's bytes and the texts in them, until the answer begins
 * @param models the model, and the places that name it
 * @param verb the verb of its path
 * @param needs its requirements for a backend
 * @param takesArray whether the client receives a stream as one JSON array
 * @param limits the positions of the limits
 * @param tier the requested service tier
 * @param end the brace that closes the body's object
 */
record GenerateRequest(
    RequestContent content,
    ModelNames models,
    Verb verb,
    Needs needs,
    boolean takesArray,
    ConfigReader.Limits limits,
    ServiceTier tier,
    int end)
    implements Asked {

  private static final String EVENTS = "?alt=sse";

  /** The least reasoning budget of some models, in tokens. */
  private static final long LEAST_THINKING = 512;

  @Override
  public String model() {
    return models.model();
  }

  /** Google's API has no field for the user. */
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
    return ModelNames.path(candidate.model(), verb) + (verb == Verb.STREAM ? EVENTS : "");
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens, BackendFields fields) {
    var edits = new Edits(content.body());
    models.rename(candidate.model(), edits);
    if (maxTokens > 0) {
      limit(maxTokens, edits);
    }
    return edits.apply();
  }

  private void limit(long maxTokens, Edits edits) {
    var field = "\"maxOutputTokens\":" + maxTokens;
    if (limits.maxTokens() != null) {
      edits.replace(limits.maxTokens(), Long.toString(maxTokens));
    } else if (limits.config() == null) {
      edits.insert(end, ",\"generationConfig\":{" + field + '}');
    } else if (edits.isObject(limits.config())) {
      edits.insertField(limits.config(), field);
    } else {
      edits.replace(limits.config(), '{' + field + '}');
    }
    long thinking = Math.max(maxTokens / 2, LEAST_THINKING);
    if (limits.thinking() != null && limits.thinkingBudget() > thinking) {
      edits.replace(limits.thinking(), Long.toString(thinking));
    }
  }

  @Override
  public Answer whole(byte[] answer, OutputMeter meter) {
    return GenerateAnswer.read(answer, meter, new Reading(model(), tier, true));
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    var reading = new Reading(metering.hold().candidate().model(), tier, true);
    return new GenerateEvents(takesArray, metering, meter, reading);
  }

  /**
   * The facts about a request needed to read its answer.
   *
   * @param model the model, unless the answer names it
   * @param tier the requested service tier
   * @param generates whether the answer has generated output
   */
  record Reading(String model, ServiceTier tier, boolean generates) {}
}
