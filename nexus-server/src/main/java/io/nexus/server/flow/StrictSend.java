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

/**
 * Sends a request, and at once again if a strict backend refuses it over a field that can be left
 * out or named otherwise: such a refusal costs nothing, and the client need not know. What the
 * backend takes is remembered for the model there once it has taken it.
 */
final class StrictSend {

  private static final Logger LOG = System.getLogger(StrictSend.class.getName());
  private static final int READ_CHARS = 1 << 16;

  private StrictSend() {}

  /**
   * The backend's answer, which must be closed.
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
          told(fields));
    }
    return reply;
  }

  /** A backend that takes the longest answer in neither field is not asked for ever. */
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

  /** In no variable of the caller's, where it would be held as long as the answer streams. */
  private static byte[] body(Attempt attempt, BackendFields fields) {
    return attempt.asked().body(attempt.candidate(), attempt.hold().size().maxTokens(), fields);
  }

  private static boolean isOverForm(int status) {
    return status == 400 || status == 422;
  }

  /** What the configuration says is not changed by any refusal. */
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

  private static String told(BackendFields fields) {
    var usage = fields.usageOption().orElse(true) ? "" : "no wish for usage in streams";
    var limit = fields.maxTokensField().map("the longest answer as "::concat).orElse("");
    return usage + (usage.isEmpty() || limit.isEmpty() ? "" : ", ") + limit;
  }

  /** A refusal whose body has been read already. */
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
    public void eachHeader(BiConsumer<String, String> to) {
      reply.eachHeader(to);
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
