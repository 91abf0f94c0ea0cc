package io.nexus.server.dialect;

import io.nexus.control.spi.BackendException;
import io.nexus.server.dialect.Delivery.Ending;
import io.nexus.server.dialect.Events.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Forwards a stream event by event, and tracks its cost. For one request. */
public final class SseRelay {

  private static final Logger LOG = System.getLogger(SseRelay.class.getName());

  private final Metering metering;
  private final OutputMeter meter;
  private final StreamGuard guard;
  private final SseBuffer buffer;
  private final Events events;

  /** Bytes read before the answer to the client began. */
  private final ByteArrayOutputStream prelude = new ByteArrayOutputStream(0);

  private long bytes;
  private @Nullable AnswerCost shown;

  /**
   * A relay.
   *
   * @param asked the request that the stream answers
   * @param metering computes its cost
   * @param guard keeps it within its hold
   */
  public SseRelay(Asked asked, Metering metering, StreamGuard guard) {
    this.metering = metering;
    this.buffer = new SseBuffer(metering.room());
    this.meter = metering.outputMeter();
    this.events = asked.events(metering, meter);
    this.guard = guard;
  }

  /**
   * Passes the stream on to its end.
   *
   * @throws BackendException if it ended before anything was sent, so that another backend can be
   *     tried
   * @throws AnswerTooLongException if its first event exceeds the room
   */
  public Delivery relay(AnswerBody body, ClientStream client)
      throws BackendException, AnswerTooLongException {
    Ending ending;
    try {
      ending = pump(body, client);
    } catch (ClientGoneException e) {
      ending = Ending.CANCELLED;
    } catch (IOException | RuntimeException e) {
      // Whatever broke it, the part passed on is charged.
      ending = brokenBy(e, client);
    }
    client.end();
    var refusal = refusal();
    if (refusal != null) {
      return Delivery.refused(refusal);
    }
    var cost = cost(ending);
    // Nothing is learned from a report that is not believed.
    if (ending == Ending.COMPLETED && events.isUsageLast() && !cost.implausible()) {
      guard.learn(meter.tokens(), events.usage().usage().outputTokens());
    }
    return new Delivery(cost, ending, null, events.made());
  }

  /** The error instead of an answer, which costs nothing; null if none. */
  private @Nullable ProviderError refusal() {
    boolean isAnswered = meter.chars() > 0 || events.usage().usage().outputTokens() > 0;
    return isAnswered ? null : events.error();
  }

  /** The charge shown to the client, fixed although the possible output grows with time. */
  private AnswerCost cutOffCost() {
    var cost = cost(Ending.CUT_OFF);
    shown = cost;
    return cost;
  }

  private AnswerCost cost(Ending ending) {
    if (shown != null) {
      return shown;
    }
    boolean ended =
        ending == Ending.COMPLETED || events.progress().compareTo(Progress.FINISHED) >= 0;
    if (metering.isByUnit()) {
      return metering.cost(events.usage(), events.units(), ended);
    }
    return ended
        ? metering.cost(events.usage(), meter, events.isUsageLast())
        : metering.cost(events.usage(), meter, guard.owed(meter.tokens(), ending));
  }

  private Ending pump(AnswerBody body, ClientStream client)
      throws IOException, ClientGoneException {
    passAll(body, client);
    if (isRefused(client)) {
      return Ending.BROKEN;
    }
    begin(client);
    if (events.error() != null) {
      if (!client.hasBegun()) {
        client.write(events.broken(false)); // Nothing of it could be passed on.
        client.flush();
      }
      return Ending.BROKEN;
    }
    if (guard.isCut() && events.progress() != Progress.DONE) {
      client.write(events.cutOff(cutOffCost()));
      client.flush();
      return Ending.CUT_OFF;
    }
    if (events.progress() == Progress.OPEN) {
      throw new IOException("the stream ended in the middle");
    }
    var end = events.ended();
    if (end.length > 0) {
      client.write(end);
    }
    return completed(client);
  }

  private Ending completed(ClientStream client) throws ClientGoneException {
    begin(client);
    if (!client.hasBegun()) {
      client.write(""); // The event only had usage, which this client did not request.
    }
    client.flush();
    return Ending.COMPLETED;
  }

  /**
   * Forwards the stream until it or the money ends. Data that has already arrived is forwarded too,
   * since it is charged.
   */
  private void passAll(AnswerBody body, ClientStream client)
      throws IOException, ClientGoneException {
    Events.Sink sink = (part, from, to) -> write(client, part, from, to);
    try {
      while (!guard.isCut() && buffer.fill(body)) {
        long nowNanos = guard.isMetered() ? System.nanoTime() : 0;
        while (buffer.next()) {
          pass(sink);
          if (isRefused(client)) {
            return;
          }
          if (events.isBeyondHold()) {
            guard.stop();
          }
          if (guard.isMetered()) {
            bytes += buffer.to() - buffer.from();
            guard.look(meter, bytes, events.saidOutputTokens(), nowNanos);
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
    while (!guard.isCut() && buffer.rest()) {
      if (buffer.isWhole()) {
        pass(sink);
      }
    }
  }

  /** Whether an error arrived before anything was sent, so that another backend can be tried. */
  private boolean isRefused(ClientStream client) {
    return events.error() != null && !client.hasBegun() && refusal() != null;
  }

  /** Whether only comments have arrived and the first event, perhaps an error, is incomplete. */
  private boolean isStillSilent() {
    return !events.hasData() && buffer.hasBegun();
  }

  private Ending brokenBy(Exception e, ClientStream client)
      throws BackendException, AnswerTooLongException {
    if (e instanceof RuntimeException) {
      LOG.log(Level.ERROR, "A stream broke by {0} at {1}", e.getClass().getName(), place(e));
    }
    if (metering.clientGone().getAsBoolean()) {
      return Ending.CANCELLED;
    }
    boolean done = events.progress() == Progress.DONE;
    boolean slow = e instanceof SocketTimeoutException;
    if (!done && !client.hasBegun() && meter.chars() == 0) {
      if (e instanceof AnswerTooLongException tooLong) {
        throw tooLong; // The backend did answer.
      }
      throw new BackendException(
          slow ? BackendException.Kind.TIMEOUT : BackendException.Kind.LOST,
          slow ? "sent nothing in time" : "ended the stream before it began",
          e);
    }
    try {
      if (done) {
        return completed(client);
      }
      begin(client);
      client.write(events.broken(slow));
      client.flush();
    } catch (ClientGoneException gone) {
      return Ending.CANCELLED;
    }
    if (!slow && e instanceof SocketException) {
      guard.wasReset();
    }
    return slow ? Ending.TIMED_OUT : Ending.BROKEN;
  }

  /** The place in this gateway's code. The message may quote data. */
  private static String place(Exception e) {
    return Arrays.stream(e.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith("io.nexus."))
        .findFirst()
        .map(StackTraceElement::toString)
        .orElse("an unknown place");
  }

  /** Forwards the current event. */
  private void pass(Events.Sink sink) {
    metering.mask().cover(buffer.bytes(), buffer.from(), buffer.to());
    events.pass(buffer, sink);
  }

  /** Forwards bytes; before the answer has begun they are kept until the end of the read. */
  private void write(ClientStream client, byte[] bytes, int from, int to) {
    if (client.hasBegun()) {
      client.write(bytes, from, to);
    } else {
      prelude.write(bytes, from, to - from);
    }
  }

  /** Begins the answer with the kept bytes. */
  private void begin(ClientStream client) {
    if (prelude.size() > 0) {
      client.write(prelude.toByteArray());
      prelude.reset();
    }
  }
}
