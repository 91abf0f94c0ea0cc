package io.nexus.server.dialect;

import io.nexus.control.money.Money;
import io.nexus.server.dialect.Delivery.Ending;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/**
 * An answer in one piece.
 *
 * @param body its bytes, with the backend's key masked
 * @param answer the parsed answer
 * @param delivery its delivery and charge
 */
@SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
public record WholeAnswer(byte[] body, Answer answer, Delivery delivery) {

  /**
   * The initial buffer for an answer of unknown length; limits the trust in an announced length.
   */
  private static final int FIRST_BYTES = 4096;

  private static final int MOST_BYTES_ON_WORD = 1 << 16;

  /**
   * Reads an answer to its end.
   *
   * @param asked the request that it answers
   * @param metering computes its cost
   * @throws AnswerTooLongException if it exceeds the room
   */
  public static WholeAnswer read(Asked asked, AnswerBody in, Metering metering)
      throws AnswerTooLongException {
    metering.room().note(in.sentLength());
    var bytes = new Received(in.sentLength());
    Ending ending;
    try {
      long deadlineNanos = System.nanoTime() + metering.patience().toNanos();
      ending = bytes.takeAll(in, deadlineNanos, metering.room());
    } catch (AnswerTooLongException e) {
      throw e;
    } catch (SocketTimeoutException e) {
      ending = Ending.TIMED_OUT;
    } catch (IOException | RuntimeException e) {
      ending = Ending.BROKEN;
    }
    var body = bytes.all();
    var meter = metering.outputMeter();
    var answer = asked.whole(body, meter);
    metering.mask().cover(body, 0, body.length);
    return new WholeAnswer(body, answer, delivery(answer, meter, metering, ending));
  }

  private static Delivery delivery(
      Answer answer, OutputMeter meter, Metering metering, Ending ending) {
    var reported = answer.usage();
    var error = answer.error();
    if (error != null && meter.chars() == 0 && reported.usage().outputTokens() == 0) {
      return Delivery.refused(error);
    }
    boolean whole = ending == Ending.COMPLETED;
    var cost =
        metering.isByUnit()
            ? metering.cost(reported, answer.units(), whole)
            : metering.cost(reported, meter, whole);
    // Nothing is learned from a report that is not believed.
    if (whole && answer.isUsageLast() && !cost.implausible()) {
      metering.learn(meter, reported.usage().outputTokens());
    }
    return new Delivery(cost, ending, null, answer.made());
  }

  /** Whether it ended at its output limit. */
  public boolean hitsLimit() {
    return answer.hitsLimit();
  }

  /** The body for the client, with its cost. */
  public byte[] withCost(Money cost) {
    return answer.withCost(body, cost);
  }

  /** The received bytes, in an array of exact size if the length was known. */
  private static final class Received {
    private byte[] bytes;
    private int count;

    Received(long length) {
      bytes = new byte[length < 0 ? FIRST_BYTES : (int) Math.min(length, MOST_BYTES_ON_WORD)];
    }

    Ending takeAll(InputStream in, long deadlineNanos, AnswerRoom room) throws IOException {
      while (true) {
        if (count == bytes.length) {
          // The end of a body of known length must be read too, to free the connection.
          int next = in.read();
          if (next < 0) {
            return Ending.COMPLETED;
          }
          room.note(count + 1L);
          bytes = Arrays.copyOf(bytes, Math.max(FIRST_BYTES, 2 * count));
          bytes[count++] = (byte) next;
        }
        int read = in.read(bytes, count, bytes.length - count);
        if (read < 0) {
          return Ending.COMPLETED;
        }
        count += read;
        room.note(count);
        if (count < bytes.length && System.nanoTime() - deadlineNanos > 0) {
          return Ending.TIMED_OUT;
        }
      }
    }

    byte[] all() {
      return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    }
  }
}
