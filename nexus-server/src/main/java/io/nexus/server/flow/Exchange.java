package io.nexus.server.flow;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.BudgetQueue.Priority;
import io.nexus.server.dialect.ClientStream;
import io.nexus.server.dialect.SseText;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.ClientWatch;
import io.nexus.server.http.ErrorForm;
import io.nexus.server.http.Errors;
import io.nexus.server.http.PlainHeader;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One request of a client and the way to answer it.
 *
 * @param id its id for the client and the records
 * @param request the HTTP request
 * @param response the response for an answer in one piece
 * @param client the client's stream
 * @param errors the error format of its API
 * @param entry its entry in the access log
 * @param watch detects when the client leaves
 * @param arrivedMillis when it arrived, in milliseconds of the epoch
 * @param arrivedNanos when it arrived, by {@link System#nanoTime}
 * @param usualPriority its default priority
 */
record Exchange(
    String id,
    ServerRequest request,
    ServerResponse response,
    ClientStream client,
    ErrorForm errors,
    AccessLog.Entry entry,
    ClientWatch watch,
    long arrivedMillis,
    long arrivedNanos,
    Priority usualPriority) {

  private static final PlainHeader.Name REQUEST_ID = new PlainHeader.Name("X-Request-Id");
  private static final HeaderName PRIORITY = HeaderNames.create("X-Nexus-Priority");

  /** Creates an exchange and its id, which every answer carries. */
  static Exchange open(
      ServerRequest request, ServerResponse response, ErrorForm errors, long nowMillis) {
    var id = id(nowMillis);
    response.headers().set(REQUEST_ID.of(id));
    if (!errors.idHeader().isEmpty()) {
      response.headers().set(HeaderNames.create(errors.idHeader()), id);
    }
    var watch = ClientWatch.current();
    var client = new ClientStream(response, watch);
    return new Exchange(
        id,
        request,
        response,
        client,
        errors,
        new AccessLog.Entry(),
        watch,
        nowMillis,
        System.nanoTime(),
        Priority.NORMAL);
  }

  /** This exchange, once its key is known. */
  Exchange by(ClientKey key) {
    return key.rules().highPriority()
        ? new Exchange(
            id,
            request,
            response,
            client,
            errors,
            entry,
            watch,
            arrivedMillis,
            arrivedNanos,
            Priority.HIGH)
        : this;
  }

  /**
   * An id that sorts by time, so that a batch of records touches only the last pages of a ledger's
   * index, not one page for each record. It has as many random bits as a UUID of version 7.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-5.7">RFC 9562, UUID version 7</a>
   */
  static String id(long nowMillis) {
    var random = ThreadLocalRandom.current();
    var hex = HexFormat.of();
    return "req_"
        + hex.toHexDigits(nowMillis, 12)
        + hex.toHexDigits((short) random.nextInt())
        + hex.toHexDigits(random.nextLong());
  }

  /** The time since its arrival. */
  long elapsedNanos() {
    return System.nanoTime() - arrivedNanos;
  }

  /** The priority that the client asks for. */
  Priority priority() {
    var named = request.headers().first(PRIORITY);
    if (named.filter("high"::equalsIgnoreCase).isPresent()) {
      return Priority.HIGH;
    }
    return named.filter("normal"::equalsIgnoreCase).isPresent() ? Priority.NORMAL : usualPriority;
  }

  /** Refuses an unknown priority, which would otherwise be ignored silently. */
  static void checkPriority(ServerRequestHeaders headers) {
    if (headers.contains(PRIORITY)) {
      var named = headers.get(PRIORITY).get();
      if (!named.equalsIgnoreCase("high") && !named.equalsIgnoreCase("normal")) {
        throw ApiException.badRequest(
            "X-Nexus-Priority", "'X-Nexus-Priority' has to be high or normal.");
      }
    }
  }

  /** Answers with an error, also in a stream that has begun. */
  void refuse(ApiException error) {
    entry.refused(error);
    if (client.hasBegun()) {
      client.endWith(SseText.event(errors.event(), Errors.text(error, errors, id)));
    } else {
      Errors.send(response, error, errors, id);
    }
  }

  /** Closes the connection of a client that left before any answer. */
  void closeUnanswered() {
    if (watch.isGone() && !client.hasBegun()) {
      throw new CloseConnectionException("the client left");
    }
  }
}
