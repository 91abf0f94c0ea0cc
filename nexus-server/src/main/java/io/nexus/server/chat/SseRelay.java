package io.nexus.server.chat;

import io.nexus.control.spi.BackendException;
import io.nexus.server.dialect.AnswerBody;
import io.nexus.server.dialect.AnswerCost;
import io.nexus.server.dialect.ClientGoneException;
import io.nexus.server.dialect.ClientStream;
import io.nexus.server.dialect.Delivery;
import io.nexus.server.dialect.Delivery.Ending;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.SseBuffer;
import io.nexus.server.dialect.StreamGuard;
import io.nexus.server.dialect.openai.chat.Chunk;
import io.nexus.server.dialect.openai.chat.ChunkReader;
import io.nexus.server.dialect.openai.chat.CostField;
import io.nexus.server.dialect.openai.chat.FinalChunks;
import io.nexus.server.dialect.openai.chat.LimitField;
import io.nexus.server.dialect.openai.chat.UsagePlace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Passes a stream of chunks on as it comes, event for event, and watches what it costs. One relay
 * serves one request.
 */
final class SseRelay {

  private static final Logger LOG = System.getLogger(SseRelay.class.getName());

  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final boolean usageWanted;
  private final Metering metering;
  private final OutputMeter meter;
  private final StreamGuard guard;

  /** The longest answer that the gateway asked for in the client's place; 0 if it did not. */
  private final long limit;

  private final SseBuffer events = new SseBuffer();
  private final ChunkReader chunks;
  private final FinalChunks end = new FinalChunks();

  /** What came before the client was told anything, in one read with what follows. */
  private final ByteArrayOutputStream prelude = new ByteArrayOutputStream(0);

  private @Nullable ProviderError error;
  private boolean hasData;
  private boolean endedByUsage;
  private boolean done;
  private long bytes;

  /**
   * A relay.
   *
   * @param usageWanted whether the client asked for the usage
   * @param metering decides what it costs
   * @param guard keeps it within its money
   */
  SseRelay(boolean usageWanted, Metering metering, StreamGuard guard) {
    this.usageWanted = usageWanted;
    this.metering = metering;
    this.meter = new OutputMeter(metering.counter());
    this.chunks = new ChunkReader(meter);
    this.guard = guard;
    this.limit = metering.hold().size().maxTokens();
  }

  /**
   * Passes the stream on to its end.
   *
   * @throws BackendException if it ended before the client was told anything, so that another
   *     backend can be tried
   */
  Delivery relay(AnswerBody body, ClientStream client) throws BackendException {
    Ending ending;
    try {
      ending = pump(body, client);
    } catch (ClientGoneException e) {
      ending = Ending.CANCELLED;
    } catch (IOException | RuntimeException e) {
      // Whatever broke it, what has been passed on is owed.
      ending = brokenBy(e, client);
    }
    client.end();
    var refusal = refusal();
    if (refusal != null) {
      return Delivery.refused(refusal);
    }
    if (ending == Ending.COMPLETED && chunks.isUsageLast()) {
      guard.learn(meter.tokens(), chunks.usage().usage().outputTokens());
    }
    return new Delivery(cost(ending), ending);
  }

  /** The error that came instead of an answer, for which nothing is owed; null if none did. */
  private @Nullable ProviderError refusal() {
    boolean isAnswered = meter.chars() > 0 || chunks.usage().usage().outputTokens() > 0;
    return isAnswered ? null : error;
  }

  private AnswerCost cost(Ending ending) {
    boolean ended = ending == Ending.COMPLETED || chunks.choices().areFinished();
    return ended
        ? metering.cost(chunks.usage(), meter, chunks.isUsageLast())
        : metering.cost(chunks.usage(), meter, guard.owed(meter.tokens(), ending));
  }

  private Ending pump(AnswerBody body, ClientStream client)
      throws IOException, ClientGoneException {
    passAll(body, client);
    if (isRefused(client)) {
      return Ending.BROKEN;
    }
    begin(client);
    if (error != null) {
      return Ending.BROKEN;
    }
    if (guard.isCut() && !done) {
      var cost = cost(Ending.CUT_OFF);
      var hold = metering.hold();
      end.unseen(
          hold.request().id().requestId(),
          hold.candidate().model(),
          Instant.now().getEpochSecond());
      client.write(end.cutOff(chunks.choices(), usageWanted, cost.usage(), cost.amount()));
      client.flush();
      return Ending.CUT_OFF;
    }
    if (!done && !endedByUsage && !chunks.choices().areFinished()) {
      throw new IOException("the stream ended in the middle");
    }
    client.flush();
    return Ending.COMPLETED;
  }

  /**
   * Passes on what comes, until the stream ends or the money does. What has come by then is passed
   * on too, since it is owed.
   */
  private void passAll(AnswerBody body, ClientStream client)
      throws IOException, ClientGoneException {
    try {
      while (!guard.isCut() && events.fill(body)) {
        long nowNanos = guard.isMetered() ? System.nanoTime() : 0;
        while (events.next()) {
          pass(client);
          if (isRefused(client)) {
            return;
          }
          if (guard.isMetered()) {
            bytes += events.to() - events.from();
            guard.look(meter, bytes, nowNanos);
          }
          meter.compact();
        }
        if (!isStillSilent()) {
          begin(client);
        }
        client.flush();
      }
    } catch (IOException e) {
      if (!guard.isCut()) {
        throw e;
      }
    }
    while (!guard.isCut() && events.rest()) {
      pass(client);
    }
  }

  /** Whether an error came before the client was told anything, so that another can be tried. */
  private boolean isRefused(ClientStream client) {
    return error != null && !client.hasBegun() && refusal() != null;
  }

  /** Whether only comments have come, and the first event is on its way: it may be an error. */
  private boolean isStillSilent() {
    return !hasData && events.hasBegun();
  }

  private Ending brokenBy(Exception e, ClientStream client) throws BackendException {
    if (e instanceof RuntimeException) {
      // Its message may quote what was sent; where it happened says enough.
      var at = e.getStackTrace();
      LOG.log(
          Level.ERROR,
          "A stream broke by {0} at {1}",
          e.getClass().getName(),
          at.length == 0 ? "?" : at[0]);
    }
    if (metering.clientGone().getAsBoolean()) {
      return Ending.CANCELLED;
    }
    if (done) {
      return Ending.COMPLETED;
    }
    boolean slow = e instanceof SocketTimeoutException;
    if (!client.hasBegun() && meter.chars() == 0) {
      throw new BackendException(
          slow ? BackendException.Kind.TIMEOUT : BackendException.Kind.LOST,
          slow ? "sent nothing in time" : "ended the stream before it began",
          e);
    }
    begin(client);
    try {
      client.write(FinalChunks.error(slow));
      client.flush();
    } catch (ClientGoneException gone) {
      return Ending.CANCELLED;
    }
    return slow ? Ending.TIMED_OUT : Ending.BROKEN;
  }

  /** Passes the event on at which the buffer stands. */
  private void pass(ClientStream client) {
    var bytes = events.bytes();
    int from = events.from();
    int to = events.to();
    metering.mask().cover(bytes, from, to);
    var data = events.data();
    int dataFrom = events.dataFrom();
    int dataTo = events.dataTo();
    if (dataFrom == dataTo) {
      write(client, bytes, from, to);
      return;
    }
    if (isDone(data, dataFrom, dataTo)) {
      done = true;
      write(client, bytes, from, to);
      return;
    }
    hasData = true;
    var chunk = chunks.read(data, dataFrom, dataTo, events.isError());
    if (chunk.isJson()) {
      end.seen(data, dataFrom, dataTo);
      endedByUsage = chunk.usage() != null && chunk.choices() == 0;
    }
    if (chunk.error() != null && error == null) {
      error = chunk.error();
    }
    pass(client, chunk);
  }

  private void pass(ClientStream client, Chunk chunk) {
    var bytes = events.bytes();
    int from = events.from();
    int to = events.to();
    var usage = chunk.usage();
    if (chunks.hitsLimit() && limit > 0) {
      passLimited(client, usage);
    } else if (usage == null) {
      write(client, bytes, from, to);
    } else if (usageWanted) {
      var cost = metering.cost(chunks.usage(), meter, chunks.isUsageLast()).amount();
      var edited = CostField.in(bytes, from, to, usage.movedBy(events::place), cost);
      write(client, edited, 0, edited.length);
    } else if (chunk.choices() > 0) {
      write(client, bytes, from, to);
    }
  }

  /** Passes the event on that says that the answer ended at the limit which the gateway put in. */
  private void passLimited(ClientStream client, @Nullable UsagePlace usage) {
    var event = Arrays.copyOfRange(events.bytes(), events.from(), events.to());
    if (usage != null && usageWanted) {
      var cost = metering.cost(chunks.usage(), meter, chunks.isUsageLast()).amount();
      event =
          CostField.in(
              events.bytes(), events.from(), events.to(), usage.movedBy(events::place), cost);
    }
    event = LimitField.in(event, limit);
    write(client, event, 0, event.length);
  }

  /** Passes bytes on; before the answer has begun they wait for the end of what has come. */
  private void write(ClientStream client, byte[] bytes, int from, int to) {
    if (client.hasBegun()) {
      client.write(bytes, from, to);
    } else {
      prelude.write(bytes, from, to - from);
    }
  }

  /** Begins the answer with what has waited for that. */
  private void begin(ClientStream client) {
    if (prelude.size() > 0) {
      client.write(prelude.toByteArray());
      prelude.reset();
    }
  }

  private static boolean isDone(byte[] bytes, int from, int to) {
    int end = to;
    while (end > from && bytes[end - 1] == ' ') {
      end--;
    }
    return Arrays.equals(bytes, from, end, DONE, 0, DONE.length);
  }
}
