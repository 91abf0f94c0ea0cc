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
 * A request billed by unit: the client's bytes, in which at most the model is changed. Its worst
 * case is held before it is sent, streamed or not, so nothing is counted while the answer arrives.
 *
 * @param content the bytes and the texts in them that are billed as tokens
 * @param model the requested model
 * @param modelAt the position of the model in the bytes, with its quotes if any
 * @param needs its requirements for a backend, and the most that it uses
 * @param user the user; empty if none
 * @param path the path below a backend's address
 * @param contentType the media type of its body
 * @param things the number of results, each with an end event in a stream
 * @param reading reads the usage in its answers
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

  /** The requirements for a backend. */
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
