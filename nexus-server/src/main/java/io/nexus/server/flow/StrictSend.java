package io.nexus.server.flow;

import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendReply;
import io.nexus.control.spi.BackendRequest;
import io.nexus.server.dialect.BackendFields;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Sends a request, and resends it at once if a strict backend refuses a field that can be omitted
 * or renamed: such a refusal costs nothing. The accepted fields are remembered for the model there.
 */
final class StrictSend {

  private static final Logger LOG = System.getLogger(StrictSend.class.getName());
  private static final int READ_CHARS = 1 << 16;

  private StrictSend() {}

  /**
   * Sends the attempt; the caller must close the answer.
   *
   * @throws BackendException if none came
   */
  static BackendReply send(Attempt attempt) throws BackendException {
    var known = attempt.destination().fields().get();
    var fields = known;
    var reply = send(attempt, fields);
    if (!isOverForm(reply.status())) {
      return reply;
    }
    while (isOverForm(reply.status())) {
      var refusal = read(attempt, reply);
      var taught = taught(attempt, fields, refusal.bytes);
      if (taught.equals(fields) || isRenamedTwice(known, fields, taught)) {
        return refusal;
      }
      fields = taught;
      reply = send(attempt, fields);
    }
    if (reply.status() < 300 && !fields.equals(attempt.destination().fields().getAndSet(fields))) {
      LOG.log(
          Level.INFO,
          "Backend {0} is sent for model {1} from now on: {2}",
          attempt.candidate().backend().name(),
          attempt.candidate().model(),
          described(fields));
    }
    return reply;
  }

  /** Whether both names of the output limit were refused, to end the retries. */
  private static boolean isRenamedTwice(
      BackendFields known, BackendFields now, BackendFields taught) {
    return !now.maxTokensField().equals(known.maxTokensField())
        && !taught.maxTokensField().equals(now.maxTokensField());
  }

  private static BackendReply send(Attempt attempt, BackendFields fields) throws BackendException {
    var live = attempt.destination().live();
    var client = live.client();
    var asked = attempt.asked();
    return client.send(
        new BackendRequest(
            asked.needs().api(),
            "POST",
            asked.path(attempt.candidate()),
            body(attempt, fields),
            asked.contentType(),
            attempt.passedHeaders()));
  }

  /**
   * In a method of its own, so that the caller's frame does not keep the body alive while the
   * answer streams.
   */
  private static byte[] body(Attempt attempt, BackendFields fields) {
    return attempt.asked().body(attempt.candidate(), attempt.hold().size().maxTokens(), fields);
  }

  private static boolean isOverForm(int status) {
    return status == 400 || status == 422;
  }

  /** Learns from a refusal; configured fields stay. */
  private static BackendFields taught(Attempt attempt, BackendFields fields, byte[] refusal) {
    var text = new String(refusal, 0, Math.min(refusal.length, READ_CHARS), StandardCharsets.UTF_8);
    var taught = attempt.asked().taught(attempt.candidate(), fields, text);
    return attempt.destination().live().fields().or(taught);
  }

  private static Refused read(Attempt attempt, BackendReply reply) {
    try (reply) {
      var body = Upstreams.body(reply, attempt.destination().mask());
      return new Refused(reply, body.bytes(), new ByteArrayInputStream(body.bytes()));
    }
  }

  private static String described(BackendFields fields) {
    var usage = fields.usageOption().orElse(true) ? "" : "no wish for usage in streams";
    var limit = fields.maxTokensField().map("the longest answer as "::concat).orElse("");
    return usage + (usage.isEmpty() || limit.isEmpty() ? "" : ", ") + limit;
  }

  /** A refusal whose body has been read. */
  @SuppressWarnings("ArrayRecordComponent") // Replies are not compared.
  private record Refused(BackendReply reply, byte[] bytes, InputStream body)
      implements BackendReply {

    @Override
    public int status() {
      return reply.status();
    }

    @Override
    public String contentType() {
      return reply.contentType();
    }

    @Override
    public Optional<String> retryAfter() {
      return reply.retryAfter();
    }

    @Override
    public void eachHeader(Predicate<String> wanted, BiConsumer<String, String> to) {
      reply.eachHeader(wanted, to);
    }

    @Override
    public long contentLength() {
      return bytes.length;
    }

    @Override
    public void close() {
      reply.close();
    }
  }
}
