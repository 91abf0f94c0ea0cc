package io.nexus.server.chat;

import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.dialect.AnswerRoom;
import io.nexus.server.dialect.AnswerTooLongException;
import io.nexus.server.dialect.Delivery;
import io.nexus.server.dialect.Delivery.Ending;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.WholeAnswer;
import io.nexus.server.dialect.openai.chat.Completion;
import io.nexus.server.dialect.openai.chat.CostField;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * An answer that came in one piece.
 *
 * @param body its bytes
 * @param usageEnd the brace that closes its usage object; 0 if there is none
 * @param delivery what is owed for it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on whole, never compared
record JsonAnswer(byte[] body, int usageEnd, Delivery delivery) implements WholeAnswer {

  /** What is set aside for an answer of unknown length, and at most on a backend's word. */
  private static final int FIRST_BYTES = 4096;

  private static final int MOST_BYTES_ON_WORD = 1 << 16;

  /**
   * Reads an answer to its end.
   *
   * @param inputTokens the prompt's tokens, should the backend not report them
   * @param meter counts the answer, should the backend not report it
   * @param patience how long all of it may take
   * @param room what it may take of the heap
   * @throws AnswerTooLongException if it takes more
   */
  static JsonAnswer read(
      BackendReply reply, long inputTokens, OutputMeter meter, Duration patience, AnswerRoom room)
      throws AnswerTooLongException {
    room.note(reply.contentLength());
    var bytes = new Received(reply.contentLength());
    Ending ending;
    try {
      ending = bytes.takeAll(reply, System.nanoTime() + patience.toNanos(), room);
    } catch (AnswerTooLongException e) {
      throw e;
    } catch (SocketTimeoutException e) {
      ending = Ending.TIMED_OUT;
    } catch (IOException | RuntimeException e) {
      ending = Ending.BROKEN;
    }
    var body = bytes.all();
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

  @Override
  public byte[] withCost(Money cost) {
    return usageEnd == 0 ? body : CostField.in(body, 0, usageEnd, body.length, cost);
  }

  private static Delivery counted(long inputTokens, OutputMeter meter, Ending ending) {
    return new Delivery(Usage.of(inputTokens, meter.tokens()), false, ending);
  }

  /** The bytes that have come, in an array that is theirs alone if their number was known. */
  private static final class Received {
    private byte[] bytes;
    private int count;

    Received(long length) {
      bytes = new byte[length < 0 ? FIRST_BYTES : (int) Math.min(length, MOST_BYTES_ON_WORD)];
    }

    Ending takeAll(BackendReply reply, long deadlineNanos, AnswerRoom room) throws IOException {
      while (true) {
        if (count == bytes.length) {
          // The end of a body whose length was known must be read, too: it frees the connection.
          int next = reply.body().read();
          if (next < 0) {
            return Ending.COMPLETED;
          }
          room.note(count + 1L);
          bytes = Arrays.copyOf(bytes, Math.max(FIRST_BYTES, 2 * count));
          bytes[count++] = (byte) next;
        }
        int read = reply.body().read(bytes, count, bytes.length - count);
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
