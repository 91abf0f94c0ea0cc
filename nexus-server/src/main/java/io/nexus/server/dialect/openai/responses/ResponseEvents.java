package io.nexus.server.dialect.openai.responses;

import io.nexus.server.dialect.AnswerCost;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.LimitField;
import io.nexus.server.dialect.Made;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.SseBuffer;
import io.nexus.server.dialect.usage.CostField;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The events of a stream. Its text arrives in deltas and is repeated when a part, an item and the
 * whole response are done; it is counted once.
 */
final class ResponseEvents implements Events {

  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final Metering metering;
  private final Wishes wishes;
  private final EventReader event;
  private final ResponseReader response;
  private final StreamedItems items;
  private final OpenItems open;
  private final FinalEvents end = new FinalEvents();

  /** The output limit set by the gateway; 0 if it set none. */
  private final long limit;

  private final long mostCalls;
  private @Nullable ProviderError error;
  private boolean hasData;
  private boolean textSinceUsage;
  private boolean done;

  /** Whether the current event ends the response. */
  private boolean endsHere;

  /**
   * The events of a stream that has not begun.
   *
   * @param meter receives the generated text
   * @param wishes the options of the request
   */
  ResponseEvents(Metering metering, OutputMeter meter, Wishes wishes) {
    var size = metering.hold().size();
    // Only a stream that may be cut off needs an end made by the gateway.
    boolean mayBeCut = size.inputs().enforced();
    this.metering = metering;
    this.event = new EventReader(meter, mayBeCut);
    this.response = new ResponseReader(meter, wishes.search());
    this.wishes = wishes;
    this.items = new StreamedItems(response, meter);
    this.open = new OpenItems(mayBeCut);
    this.limit = size.maxTokens();
    this.mostCalls = metering.hold().request().needs().bound().toolCalls();
  }

  @Override
  public void pass(SseBuffer sent, Sink client) {
    var data = sent.data();
    int from = sent.dataFrom();
    int to = sent.dataTo();
    if (from == to) {
      client.write(sent.bytes(), sent.from(), sent.to());
    } else if (isDone(data, from, to)) {
      done = true;
      client.write(sent.bytes(), sent.from(), sent.to());
    } else {
      hasData = true;
      endsHere = false;
      if (event.read(data, Json.afterMark(data, from, to), to)) {
        read(data, sent.isError());
      }
      passOn(sent, client);
    }
  }

  private void read(byte[] data, boolean isError) {
    end.seen(event.sequence());
    if (isError) {
      event.errors().named();
    }
    if (event.hasDelta()) {
      textSinceUsage = true;
      items.delta(event);
      open.delta(event);
    }
    switch (event.type()) {
      case "response.created", "response.queued", "response.in_progress" -> {
        var _ = response.read(data, event.objectFrom(), event.objectTo(), false);
        end.head(data, event.objectFrom(), event.objectTo());
      }
      case "response.output_item.added" -> open.added(event, data);
      case "response.content_part.added", "response.reasoning_summary_part.added" ->
          open.part(event, data);
      case "response.output_item.done" -> {
        items.done(event, data);
        open.done(event, data);
      }
      case "response.completed",
          "response.incomplete",
          "response.failed",
          "response.cancelled",
          "response.done" -> {
        var _ = response.read(data, event.objectFrom(), event.objectTo(), false);
        response.noteFinish();
        textSinceUsage = false;
        note(response.error());
        done = true;
        endsHere = true;
      }
      default -> note(event.errors().found(!event.type().isEmpty()));
    }
  }

  private void note(@Nullable ProviderError found) {
    if (error == null) {
      error = found;
    }
  }

  private void passOn(SseBuffer sent, Sink client) {
    var usage = endsHere ? response.place() : null;
    boolean atLimit = endsHere && limit > 0 && response.hitsLimit();
    if (usage == null && !atLimit) {
      client.write(sent.bytes(), sent.from(), sent.to());
      return;
    }
    var bytes = Arrays.copyOfRange(sent.bytes(), sent.from(), sent.to());
    if (usage != null) {
      bytes =
          CostField.in(
              sent.bytes(),
              sent.from(),
              sent.to(),
              usage.movedBy(sent::place),
              metering.cost(usage(), meter(), isUsageLast()).amount());
    }
    bytes = atLimit ? LimitField.in(bytes, limit) : bytes;
    client.write(bytes, 0, bytes.length);
  }

  private OutputMeter meter() {
    return items.meter();
  }

  @Override
  public Progress progress() {
    return done ? Progress.DONE : Progress.OPEN;
  }

  @Override
  public boolean hasData() {
    return hasData;
  }

  @Override
  public @Nullable ProviderError error() {
    return error;
  }

  @Override
  public ReportedUsage usage() {
    return response.usage();
  }

  @Override
  public boolean isUsageLast() {
    return response.hasUsage() && !textSinceUsage;
  }

  @Override
  public Made made() {
    return response.made(wishes);
  }

  @Override
  public boolean isBeyondHold() {
    return response.calls().all() > mostCalls || items.calls().all() > mostCalls;
  }

  @Override
  public String cutOff(AnswerCost cost) {
    var hold = metering.hold();
    end.unseen(
        hold.request().id().requestId(), hold.candidate().model(), Instant.now().getEpochSecond());
    return end.cutOff(open, cost.usage(), cost.amount());
  }

  @Override
  public String broken(boolean slow) {
    return end.error(slow);
  }

  private static boolean isDone(byte[] bytes, int from, int to) {
    int last = to;
    while (last > from && bytes[last - 1] == ' ') {
      last--;
    }
    return Arrays.equals(bytes, from, last, DONE, 0, DONE.length);
  }
}
