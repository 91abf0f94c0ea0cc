package io.nexus.server.dialect.openai.chat;

import io.nexus.server.dialect.AnswerCost;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.LimitField;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.SseBuffer;
import io.nexus.server.dialect.usage.CostField;
import io.nexus.server.dialect.usage.UsagePlace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The chunks of a stream. */
final class ChatEvents implements Events {

  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final boolean usageWanted;
  private final Metering metering;
  private final OutputMeter meter;
  private final ChunkReader chunks;
  private final FinalChunks end;

  /** The output limit set by the gateway; 0 if it set none. */
  private final long limit;

  private final int choicesAsked;

  private @Nullable ProviderError error;
  private boolean hasData;
  private boolean endedByUsage;
  private boolean done;

  /**
   * The chunks of a stream that has not begun.
   *
   * @param usageWanted whether the client asked for the usage
   * @param meter receives the generated text
   * @param form the form of the API's chunks
   */
  ChatEvents(boolean usageWanted, Metering metering, OutputMeter meter, FinalChunks.Form form) {
    this.usageWanted = usageWanted;
    this.metering = metering;
    this.meter = meter;
    this.chunks = new ChunkReader(meter);
    this.end = new FinalChunks(form);
    this.limit = metering.hold().size().maxTokens();
    this.choicesAsked = metering.hold().request().needs().choices();
  }

  @Override
  public void pass(SseBuffer event, Sink client) {
    var data = event.data();
    int from = event.dataFrom();
    int to = event.dataTo();
    if (from == to) {
      client.write(event.bytes(), event.from(), event.to());
      return;
    }
    if (isDone(data, from, to)) {
      done = true;
      client.write(event.bytes(), event.from(), event.to());
      return;
    }
    hasData = true;
    var chunk = chunks.read(data, from, to, event.isError());
    if (chunk.isJson()) {
      end.seen(data, from, to);
      endedByUsage = chunks.wasOnlyUsage();
    }
    if (chunk.error() != null && error == null) {
      error = chunk.error();
    }
    pass(event, chunk, client);
  }

  private void pass(SseBuffer event, Chunk chunk, Sink client) {
    var usage = chunk.usage();
    if (chunks.hitsLimit() && limit > 0) {
      write(LimitField.in(edited(event, usage), limit), client);
    } else if (usage == null || (!usageWanted && (chunk.choices() > 0 || chunk.error() != null))) {
      client.write(event.bytes(), event.from(), event.to());
    } else if (usageWanted) {
      write(edited(event, usage), client);
    }
  }

  /** The event, with the cost in its usage if the client asked for usage and the event has it. */
  private byte[] edited(SseBuffer event, @Nullable UsagePlace usage) {
    if (usage == null || !usageWanted) {
      return Arrays.copyOfRange(event.bytes(), event.from(), event.to());
    }
    var cost = metering.cost(chunks.usage(), meter, chunks.isUsageLast()).amount();
    return CostField.in(event.bytes(), event.from(), event.to(), usage.movedBy(event::place), cost);
  }

  private static void write(byte[] bytes, Sink client) {
    client.write(bytes, 0, bytes.length);
  }

  @Override
  public Progress progress() {
    if (done) {
      return Progress.DONE;
    }
    boolean finished = chunks.choices().areFinished();
    if (finished && chunks.choices().last() + 1 >= choicesAsked) {
      return Progress.FINISHED;
    }
    return finished || endedByUsage ? Progress.PERHAPS : Progress.OPEN;
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
    return chunks.usage();
  }

  @Override
  public boolean isUsageLast() {
    return chunks.isUsageLast();
  }

  @Override
  public String cutOff(AnswerCost cost) {
    var hold = metering.hold();
    end.unseen(
        hold.request().id().requestId(), hold.candidate().model(), Instant.now().getEpochSecond());
    return end.cutOff(chunks.choices(), usageWanted, cost.usage(), cost.amount());
  }

  @Override
  public String broken(boolean slow) {
    return FinalChunks.error(slow);
  }

  private static boolean isDone(byte[] bytes, int from, int to) {
    int end = to;
    while (end > from && bytes[end - 1] == ' ') {
      end--;
    }
    return Arrays.equals(bytes, from, end, DONE, 0, DONE.length);
  }
}
