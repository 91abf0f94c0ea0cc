package io.nexus.server.dialect.anthropic.messages;

import io.nexus.server.dialect.AnswerCost;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.LimitField;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.SseBuffer;
import io.nexus.server.dialect.usage.CostField;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The events of a stream. */
final class MessageEvents implements Events {

  private final Metering metering;
  private final OutputMeter meter;
  private final EventReader reader;
  private final EarlyEnd end = new EarlyEnd();

  /** The output limit set by the gateway; 0 if it set none. */
  private final long limit;

  private final long mostCalls;
  private @Nullable ProviderError error;
  private boolean hasData;
  private boolean done;

  /**
   * The events of a stream that has not begun.
   *
   * @param meter receives the generated text
   */
  MessageEvents(Metering metering, OutputMeter meter) {
    this.metering = metering;
    this.meter = meter;
    this.limit = metering.hold().size().maxTokens();
    this.mostCalls = metering.hold().request().needs().bound().toolCalls();
    this.reader = new EventReader(mostCalls, meter);
  }

  @Override
  public void pass(SseBuffer event, Sink client) {
    int from = event.dataFrom();
    int to = event.dataTo();
    if (from == to) {
      client.write(event.bytes(), event.from(), event.to());
      return;
    }
    reader.read(event.data(), from, to, event.isError());
    if (reader.error() != null && error == null) {
      error = reader.error();
    }
    switch (reader.type()) {
      case "ping" -> {
        client.write(event.bytes(), event.from(), event.to());
        return;
      }
      case "message_start" -> end.begun();
      case "content_block_start" -> end.opened(reader.index());
      case "content_block_stop" -> end.closed(reader.index());
      case "message_stop" -> done = true;
      default -> {}
    }
    hasData = true;
    write(event, client);
  }

  private void write(SseBuffer event, Sink client) {
    boolean isLimited = reader.hitsLimit() && limit > 0;
    if (reader.usageAt() == null && !isLimited) {
      client.write(event.bytes(), event.from(), event.to());
      return;
    }
    var bytes = withCost(event);
    if (isLimited) {
      bytes = LimitField.in(bytes, limit);
    }
    client.write(bytes, 0, bytes.length);
  }

  private byte[] withCost(SseBuffer event) {
    var usage = reader.usageAt();
    if (usage == null) {
      return Arrays.copyOfRange(event.bytes(), event.from(), event.to());
    }
    var cost = metering.cost(reader.usage(), meter, reader.isUsageLast()).amount();
    return CostField.in(event.bytes(), event.from(), event.to(), usage.movedBy(event::place), cost);
  }

  @Override
  public Progress progress() {
    if (done) {
      return Progress.DONE;
    }
    return reader.hasEnded() ? Progress.FINISHED : Progress.OPEN;
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
    return reader.usage();
  }

  @Override
  public boolean isUsageLast() {
    return reader.isUsageLast();
  }

  @Override
  public boolean isBeyondHold() {
    return reader.searches() > mostCalls;
  }

  @Override
  public String cutOff(AnswerCost cost) {
    if (reader.hasEnded()) {
      return EarlyEnd.STOP;
    }
    var hold = metering.hold();
    return end.cutOff(hold.request().id().requestId(), hold.candidate().model(), cost);
  }

  @Override
  public String broken(boolean slow) {
    return EarlyEnd.error(slow, metering.hold().request().id().requestId());
  }
}
