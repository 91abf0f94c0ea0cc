package io.nexus.server.chat;

import io.nexus.control.money.Money;
import io.nexus.server.dialect.AnswerBody;
import io.nexus.server.dialect.AnswerRoom;
import io.nexus.server.dialect.AnswerTooLongException;
import io.nexus.server.dialect.Delivery;
import io.nexus.server.dialect.Delivery.Ending;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.WholeAnswer;
import io.nexus.server.dialect.openai.chat.ChunkReader;
import io.nexus.server.dialect.openai.chat.CostField;
import io.nexus.server.dialect.openai.chat.UsagePlace;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An answer that came in one piece.
 *
 * @param body its bytes
 * @param usage where its usage stands; null if it has none
 * @param hitsLimit whether it ended at its greatest length
 * @param delivery what is owed for it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on whole, never compared
record JsonAnswer(byte[] body, @Nullable UsagePlace usage, boolean hitsLimit, Delivery delivery)
    implements WholeAnswer {

  /** What is set aside for an answer of unknown length, and at most on a backend's word. */
  private static final int FIRST_BYTES = 4096;

  private static final int MOST_BYTES_ON_WORD = 1 << 16;

  /**
   * Reads an answer to its end.
   *
   * @param metering decides what it costs
   * @throws AnswerTooLongException if it takes more room than there is
   */
  static JsonAnswer read(AnswerBody in, Metering metering) throws AnswerTooLongException {
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
    var meter = new OutputMeter(metering.counter());
    var reader = new ChunkReader(meter);
    var answer = reader.read(body, 0, body.length, false);
    var reported = reader.usage();
    var error = answer.error();
    if (error != null && meter.chars() == 0 && reported.usage().outputTokens() == 0) {
      return new JsonAnswer(body, null, false, Delivery.refused(error));
    }
    if (ending == Ending.COMPLETED && reader.isUsageLast()) {
      metering.learn(meter, reported.usage().outputTokens());
    }
    var cost = metering.cost(reported, meter, ending == Ending.COMPLETED);
    return new JsonAnswer(body, answer.usage(), reader.hitsLimit(), new Delivery(cost, ending));
  }

  @Override
  public byte[] withCost(Money cost) {
    return usage == null ? body : CostField.in(body, 0, body.length, usage, cost);
  }

  /** The bytes that have come, in an array that is theirs alone if their number was known. */
  private static final class Received {
    private byte[] bytes;
    private int count;

    Received(long length) {
      bytes = new byte[length < 0 ? FIRST_BYTES : (int) Math.min(length, MOST_BYTES_ON_WORD)];
    }

    Ending takeAll(InputStream in, long deadlineNanos, AnswerRoom room) throws IOException {
      while (true) {
        if (count == bytes.length) {
          // The end of a body whose length was known must be read, too: it frees the connection.
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
