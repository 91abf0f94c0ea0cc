package io.nexus.server.dialect.openai.responses;

import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the items of a stream once: a finished item repeats its deltas, and only text beyond them
 * is new. Not for concurrent use.
 */
final class StreamedItems {

  private final ResponseReader response;
  private final OutputMeter meter;
  private final ToolCalls calls = new ToolCalls();

  /** The characters of the deltas, by the item's index. */
  private final Map<Integer, Long> brought = new HashMap<>(4);

  private long charsBefore;

  StreamedItems(ResponseReader response, OutputMeter meter) {
    this.response = response;
    this.meter = meter;
  }

  /** The meter of the generated text. */
  OutputMeter meter() {
    return meter;
  }

  /** The calls of the provider's tools so far. */
  ToolCalls calls() {
    return calls;
  }

  /** Notes text of an event, which the meter has received. */
  void delta(EventReader event) {
    long now = meter.chars();
    brought.merge(event.outputIndex(), now - charsBefore, Long::sum);
    charsBefore = now;
  }

  /** Counts a finished item. */
  void done(EventReader event, byte[] data) {
    if (event.objectFrom() == event.objectTo()) {
      return;
    }
    var known = brought.remove(event.outputIndex());
    try (var json = ReusableJsonParser.of(data, event.objectFrom(), event.objectTo())) {
      json.nextToken();
      var _ = response.items().item(json, calls, known == null ? 0 : known);
    } catch (IOException e) {
      // The event was read to its end before, and so was its item.
    }
    response.take(calls);
    charsBefore = meter.chars();
  }
}
