package io.nexus.server.dialect.units;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.nexus.control.money.Bound;
import io.nexus.control.money.Prompt;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.control.spi.BackendRequest;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.BackendFields;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.request.RequestContent;
import java.util.List;

/**
 * A request that is paid by the unit: the bytes that the client sent, of which at most the model is
 * changed. All that it may cost is held before it is sent, whether its answer is streamed or not,
 * so that nothing needs to be counted while it comes.
 *
 * @param content the bytes and the texts in them that are billed as tokens
 * @param model the model that the client names
 * @param modelAt where that stands in the bytes, with its quotes if it has any
 * @param needs what it asks of a backend, and the most that it uses
 * @param user the user that it names; empty if none
 * @param path where it is sent below a backend's address
 * @param contentType the media type of its body
 * @param things how many things are made, each with an end of its own in a stream
 * @param reading what its answers say of what they used
 */
public record UnitRequest(
    RequestContent content,
    String model,
    Span modelAt,
    Needs needs,
    String user,
    String path,
    String contentType,
    int things,
    UnitReading reading)
    implements Asked {

  /** What such a request asks of a backend. */
  public static Needs needs(Api api, boolean vision, List<Usage> uses) {
    var bound = Bound.of(0, 1).withUses(uses);
    return new Needs(api, false, vision, false, false, false, bound);
  }

  /** A prompt of these texts, and nothing else. */
  public static Prompt prompt(List<String> texts) {
    return new Prompt(0, 0, texts, List.of(), List.of(), 0);
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
    return path;
  }

  @Override
  public byte[] body(Candidate candidate, long maxTokens, BackendFields fields) {
    var name = candidate.model();
    if (name.equals(model)) {
      return content.body();
    }
    boolean isJson = contentType.equals(BackendRequest.JSON);
    return modelAt.replaced(
        content.body(),
        isJson
            ? '"' + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + '"'
            : name);
  }

  @Override
  public Answer whole(byte[] body, OutputMeter meter) {
    return UnitAnswer.read(body, reading);
  }

  @Override
  public Events events(Metering metering, OutputMeter meter) {
    return new UnitEvents(reading, things);
  }
}
