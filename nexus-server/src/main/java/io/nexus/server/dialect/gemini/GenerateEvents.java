package io.nexus.server.dialect.gemini;

import io.nexus.server.dialect.AnswerCost;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.LimitField;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.SseBuffer;
import io.nexus.server.dialect.SseText;
import io.nexus.server.dialect.gemini.GenerateRequest.Reading;
import io.nexus.server.dialect.gemini.ResponseReader.Chunk;
import io.nexus.server.dialect.usage.CostField;
import io.nexus.server.http.ApiError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The chunks of a stream. It ends with its connection, without an end marker. */
final class GenerateEvents implements Events {

  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final boolean asArray;
  private final Metering metering;
  private final OutputMeter meter;
  private final ResponseReader chunks;

  /** The output limit set by the gateway; 0 if it set none. */
  private final long limit;

  private final int candidatesAsked;

  private @Nullable ProviderError error;
  private boolean hasData;
  private boolean done;
  private long saidOutputTokens;

  /**
   * The chunks of a stream that has not begun.
   *
   * @param asArray whether the client receives the chunks as one JSON array
   * @param meter receives the generated text
   */
  GenerateEvents(boolean asArray, Metering metering, OutputMeter meter, Reading reading) {
    this.asArray = asArray;
    this.metering = metering;
    this.meter = meter;
    this.chunks = new ResponseReader(reading, meter, true);
    this.limit = metering.hold().size().maxTokens();
    this.candidatesAsked = metering.hold().request().needs().choices();
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
    boolean isEnd = Arrays.equals(data, from, to, DONE, 0, DONE.length);
    done |= isEnd;
    hasData |= !isEnd;
    var chunk = isEnd ? null : chunks.read(data, from, to, event.isError());
    if (chunk != null) {
      note(chunk);
    }
    if (chunk == null || !chunk.isJson()) {
      // Anything but JSON would make the array invalid.
      if (!asArray) {
        client.write(event.bytes(), event.from(), event.to());
      }
      return;
    }
    pass(event, chunk, client);
  }

  private void note(Chunk chunk) {
    if (chunk.usage() != null) {
      saidOutputTokens = chunks.usage().usage().outputTokens();
    }
    if (chunk.error() != null && error == null) {
      error = chunk.error();
    }
  }

  private void pass(SseBuffer event, Chunk chunk, Sink client) {
    boolean atLimit = chunks.hitsLimit() && limit > 0;
    var usageAt = chunk.ends() ? chunk.usage() : null;
    if (!atLimit && usageAt == null) {
      client.write(event.bytes(), event.from(), event.to());
      return;
    }
    var edited =
        usageAt == null
            ? Arrays.copyOfRange(event.bytes(), event.from(), event.to())
            : CostField.in(
                event.bytes(),
                event.from(),
                event.to(),
                usageAt.movedBy(event::place),
                metering.cost(usage(), meter, isUsageLast()).amount());
    var all = atLimit ? LimitField.in(edited, limit) : edited;
    client.write(all, 0, all.length);
  }

  @Override
  public Progress progress() {
    if (done) {
      return Progress.DONE;
    }
    boolean finished = chunks.candidates().areFinished();
    if (chunks.isBlocked() || (finished && chunks.candidates().last() + 1 >= candidatesAsked)) {
      return Progress.FINISHED;
    }
    return finished ? Progress.PERHAPS : Progress.OPEN;
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
  public long saidOutputTokens() {
    return saidOutputTokens;
  }

  @Override
  public boolean isUsageLast() {
    return chunks.isUsageLast();
  }

  @Override
  public String cutOff(AnswerCost cost) {
    var id = chunks.id().isEmpty() ? metering.hold().request().id().requestId() : chunks.id();
    return SseText.event(LastChunk.cutOff(chunks.candidates(), chunks.model(), id, cost));
  }

  @Override
  public String broken(boolean slow) {
    var what =
        slow
            ? new ApiError(
                "The upstream sent nothing more in time.", "upstream_timeout", null, null)
            : new ApiError("The upstream broke off in the middle.", "upstream_error", null, null);
    return SseText.event(GoogleErrors.FORM.body(slow ? 504 : 502, what));
  }
}
