package io.nexus.server.dialect.openai.input;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
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
import io.nexus.server.dialect.request.RequestContent;

/**
 * A request with an input: the client's bytes, in which at most the model is changed.
 *
 * @param content the bytes and the texts in them
 * @param model the requested model, or the default
 * @param needs its requirements for a backend
 * @param user the {@code user} in it; empty if none
 * @param modelAt the position of the model, with its quotes; empty, after the first brace, if there
 *     is none
 */
record InputRequest(RequestContent content, String model, Needs needs, String user, Span modelAt)
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
    return "/" + needs.api().label();
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens, BackendFields fields) {
    if (candidate.model().equals(model)) {
      return content.body();
    }
    var name =
        '"' + new String(JsonStringEncoder.getInstance().quoteAsString(candidate.model())) + '"';
    boolean named = modelAt.from() < modelAt.to();
    return modelAt.replaced(content.body(), named ? name : "\"model\":" + name + ',');
  }

  @Override
  public Answer whole(byte[] body, OutputMeter meter) {
    return InputAnswer.read(body);
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    throw new IllegalStateException("nothing is generated, so nothing is streamed");
  }
}
