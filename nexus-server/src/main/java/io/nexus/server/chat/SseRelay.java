package io.nexus.server.chat;

import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.chat.Delivery.Ending;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
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
  private final Meter meter;
  private final Function<Usage, Money> cost;
  private final Predicate<Meter> affordable;
  private final BooleanSupplier clientGone;
  private final KeyMask mask;
  private final SseBuffer events = new SseBuffer();
  private final StreamEnd end = new StreamEnd();
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
      Meter meter,
      Function<Usage, Money> cost,
      Predicate<Meter> affordable,
      BooleanSupplier clientGone,
      KeyMask mask) {
    this.usageWanted = usageWanted;
    this.inputTokens = inputTokens;
    this.meter = meter;
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
        for (var event = events.next(); event.to() > event.from(); event = events.next()) {
          pass(event, client);
          if (!stopped && !done && !finished && !affordable.test(meter)) {
            stopped = true;
            stoppedNanos = System.nanoTime();
            reply.stop();
          }
        }
        client.flush();
      }
    } catch (IOException e) {
      if (!stopped) {
        throw e;
      }
    }
    var rest = events.rest();
    if (rest.to() > rest.from() && !stopped) {
      pass(rest, client);
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
          slow ? BackendException.Kind.TIMEOUT : BackendException.Kind.UNREACHABLE,
          slow ? "sent nothing in time" : "ended the stream before it began",
          e);
    }
    try {
      client.write(StreamEnd.error(slow));
      client.flush();
    } catch (ClientGoneException gone) {
      return Ending.CANCELLED;
    }
    return slow ? Ending.TIMED_OUT : Ending.BROKEN;
  }

  private void pass(Span event, ClientStream client) {
    var bytes = events.bytes();
    mask.cover(bytes, event.from(), event.to());
    var data = events.data(event);
    if (data.from() == data.to()) {
      client.write(bytes, event.from(), event.to());
      return;
    }
    if (isDone(bytes, data)) {
      done = true;
      client.write(bytes, event.from(), event.to());
      return;
    }
    var chunk = read(bytes, data);
    if (chunk == null || chunk.usage() == null) {
      client.write(bytes, event.from(), event.to());
      return;
    }
    usage = chunk.usage();
    if (usageWanted) {
      client.write(
          CostField.in(bytes, event.from(), chunk.usageEnd(), event.to(), cost.apply(usage)));
    } else if (chunk.choices() > 0) {
      client.write(bytes, event.from(), event.to());
    }
  }

  /** What a chunk says; null if it is not JSON, which is passed on all the same. */
  private @Nullable Completion read(byte[] bytes, Span data) {
    try {
      var chunk = Completion.read(bytes, data.from(), data.to(), meter);
      end.seen(bytes, data, chunk);
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

  private static boolean isDone(byte[] bytes, Span data) {
    if (data.to() - data.from() != DONE.length) {
      return false;
    }
    for (int i = 0; i < DONE.length; i++) {
      if (bytes[data.from() + i] != DONE[i]) {
        return false;
      }
    }
    return true;
  }
}
