package io.nexus.server.chat;

import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.dialect.ClientGoneException;
import io.nexus.server.dialect.ClientStream;
import io.nexus.server.dialect.Delivery;
import io.nexus.server.dialect.Delivery.Ending;
import io.nexus.server.dialect.KeyMask;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.SseBuffer;
import io.nexus.server.dialect.openai.chat.Completion;
import io.nexus.server.dialect.openai.chat.CostField;
import io.nexus.server.dialect.openai.chat.FinalChunks;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Passes a stream of chunks on as it comes, event for event, and watches what it costs. One relay
 * serves one request.
 */
final class SseRelay {

  /** So long a backend may take to notice that it was told to stop. */
  private static final long STOPPING_NANOS = 1_000_000_000;

  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final boolean usageWanted;
  private final long inputTokens;
  private final OutputMeter meter;
  private final Function<Usage, Money> cost;
  private final Predicate<OutputMeter> affordable;
  private final BooleanSupplier clientGone;
  private final KeyMask mask;
  private final SseBuffer events = new SseBuffer();
  private final Completion.Reader chunks;
  private final FinalChunks end = new FinalChunks();
  private @Nullable Usage usage;
  private boolean finished;
  private boolean failed;
  private boolean done;
  private boolean stopped;
  private long stoppedNanos;

  /**
   * A relay.
   *
   * @param usageWanted whether the client asked for the usage
   * @param inputTokens the prompt's tokens, should the backend not report them
   * @param meter counts the answer, should the backend not report it
   * @param cost what a usage costs
   * @param affordable whether the money reaches for so much output and some more
   * @param clientGone whether the client was seen leaving
   * @param mask covers the backend's key
   */
  SseRelay(
      boolean usageWanted,
      long inputTokens,
      OutputMeter meter,
      Function<Usage, Money> cost,
      Predicate<OutputMeter> affordable,
      BooleanSupplier clientGone,
      KeyMask mask) {
    this.usageWanted = usageWanted;
    this.inputTokens = inputTokens;
    this.meter = meter;
    this.chunks = new Completion.Reader(meter);
    this.cost = cost;
    this.affordable = affordable;
    this.clientGone = clientGone;
    this.mask = mask;
  }

  /**
   * Passes the stream on to its end.
   *
   * @throws BackendException if it ended before the client was told anything, so that another
   *     backend can be tried
   */
  Delivery relay(BackendReply reply, ClientStream client) throws BackendException {
    Ending ending;
    try {
      ending = pump(reply, client);
    } catch (ClientGoneException e) {
      ending = Ending.CANCELLED;
    } catch (IOException | RuntimeException e) {
      // Whatever broke it, what has been passed on is owed.
      ending = brokenBy(e, client);
    }
    client.end();
    return usage != null
        ? new Delivery(usage, true, ending)
        : new Delivery(Usage.of(inputTokens, meter.tokens()), false, ending);
  }

  private Ending pump(BackendReply reply, ClientStream client)
      throws IOException, ClientGoneException {
    passAll(reply, client);
    if (failed) {
      return Ending.BROKEN;
    }
    if (stopped && !done) {
      client.write(end.cutOff(finished, usageWanted, usage(), cost.apply(usage())));
      client.flush();
      return Ending.CUT_OFF;
    }
    if (!done && !finished) {
      throw new IOException("the stream ended in the middle");
    }
    client.flush();
    return Ending.COMPLETED;
  }

  /**
   * Passes on what comes, until the stream ends or the money does. The backend is stopped then;
   * what it has sent until it does is passed on too, since it is owed.
   */
  private void passAll(BackendReply reply, ClientStream client)
      throws IOException, ClientGoneException {
    try {
      while (!isStoppedLongAgo() && events.fill(reply.body())) {
        while (events.next()) {
          pass(client);
          if (!stopped && !done && !finished && !affordable.test(meter)) {
            stopped = true;
            stoppedNanos = System.nanoTime();
            reply.stop();
          }
          meter.compact();
        }
        client.flush();
      }
    } catch (IOException e) {
      if (!stopped) {
        throw e;
      }
    }
    if (events.rest() && !stopped) {
      pass(client);
    }
  }

  private boolean isStoppedLongAgo() {
    return stopped && System.nanoTime() - stoppedNanos > STOPPING_NANOS;
  }

  private Ending brokenBy(Exception e, ClientStream client) throws BackendException {
    if (clientGone.getAsBoolean()) {
      return Ending.CANCELLED;
    }
    if (done) {
      return Ending.COMPLETED;
    }
    boolean slow = e instanceof SocketTimeoutException;
    if (!client.hasBegun()) {
      throw new BackendException(
          slow ? BackendException.Kind.TIMEOUT : BackendException.Kind.LOST,
          slow ? "sent nothing in time" : "ended the stream before it began",
          e);
    }
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
    mask.cover(bytes, from, to);
    if (events.dataFrom() == events.dataTo()) {
      client.write(bytes, from, to);
      return;
    }
    if (isDone(bytes, events.dataFrom(), events.dataTo())) {
      done = true;
      client.write(bytes, from, to);
      return;
    }
    var chunk = read(bytes, events.dataFrom(), events.dataTo());
    if (chunk == null || chunk.usage() == null) {
      client.write(bytes, from, to);
      return;
    }
    usage = chunk.usage();
    if (usageWanted) {
      client.write(CostField.in(bytes, from, chunk.usageEnd(), to, cost.apply(usage)));
    } else if (chunk.choices() > 0) {
      client.write(bytes, from, to);
    }
  }

  /** What a chunk says; null if it is not JSON, which is passed on all the same. */
  private @Nullable Completion read(byte[] bytes, int from, int to) {
    try {
      var chunk = chunks.read(bytes, from, to);
      end.seen(bytes, from, to, chunk);
      finished |= chunk.finished();
      failed |= chunk.failed();
      return chunk;
    } catch (IOException e) {
      return null;
    }
  }

  private Usage usage() {
    return usage != null ? usage : Usage.of(inputTokens, meter.tokens());
  }

  private static boolean isDone(byte[] bytes, int from, int to) {
    return Arrays.equals(bytes, from, to, DONE, 0, DONE.length);
  }
}
