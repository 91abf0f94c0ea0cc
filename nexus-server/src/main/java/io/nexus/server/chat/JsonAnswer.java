package io.nexus.server.chat;

import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.chat.Delivery.Ending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An answer that came in one piece.
 *
 * @param body its bytes
 * @param usageEnd the brace that closes its usage object; 0 if there is none
 * @param delivery what is owed for it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on whole, never compared
record JsonAnswer(byte[] body, int usageEnd, Delivery delivery) {

  private static final int CHUNK = 16_384;

  /**
   * Reads an answer to its end.
   *
   * @param inputTokens the prompt's tokens, should the backend not report them
   * @param meter counts the answer, should the backend not report it
   * @param patience how long all of it may take
   */
  static JsonAnswer read(BackendReply reply, long inputTokens, Meter meter, Duration patience) {
    var bytes = new ByteArrayOutputStream(CHUNK);
    Ending ending;
    try {
      ending = transfer(reply, bytes, System.nanoTime() + patience.toNanos());
    } catch (SocketTimeoutException e) {
      ending = Ending.TIMED_OUT;
    } catch (IOException | RuntimeException e) {
      ending = Ending.BROKEN;
    }
    var body = bytes.toByteArray();
    if (ending != Ending.COMPLETED) {
      meter.text(new String(body, StandardCharsets.UTF_8));
      return new JsonAnswer(body, 0, counted(inputTokens, meter, ending));
    }
    try {
      var completion = Completion.read(body, 0, body.length, meter);
      if (completion.usage() != null) {
        var delivery = new Delivery(completion.usage(), true, ending);
        return new JsonAnswer(body, completion.usageEnd(), delivery);
      }
    } catch (IOException e) {
      meter.text(new String(body, StandardCharsets.UTF_8));
    }
    return new JsonAnswer(body, 0, counted(inputTokens, meter, ending));
  }

  /** The body with its cost in it. */
  byte[] withCost(Money cost) {
    if (usageEnd == 0) {
      return body;
    }
    var field = CostField.of(body, usageEnd, cost).getBytes(StandardCharsets.UTF_8);
    var edited = new byte[body.length + field.length];
    System.arraycopy(body, 0, edited, 0, usageEnd);
    System.arraycopy(field, 0, edited, usageEnd, field.length);
    System.arraycopy(body, usageEnd, edited, usageEnd + field.length, body.length - usageEnd);
    return edited;
  }

  private static Ending transfer(BackendReply reply, ByteArrayOutputStream to, long deadlineNanos)
      throws IOException {
    var chunk = new byte[CHUNK];
    for (int n = reply.body().read(chunk); n >= 0; n = reply.body().read(chunk)) {
      to.write(chunk, 0, n);
      if (System.nanoTime() - deadlineNanos > 0) {
        return Ending.TIMED_OUT;
      }
    }
    return Ending.COMPLETED;
  }

  private static Delivery counted(long inputTokens, Meter meter, Ending ending) {
    return new Delivery(Usage.of(inputTokens, meter.tokens()), false, ending);
  }
}
