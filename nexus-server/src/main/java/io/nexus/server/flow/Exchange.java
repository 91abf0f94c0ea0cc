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
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One request of a client and the way to answer it.
 *
 * @param id what the client and the records know it by
 * @param request what came
 * @param response where an answer in one piece goes
 * @param client where a stream goes
 * @param errors how its API says that a request failed
 * @param entry what the log of requests has of it
 * @param watch tells when the client leaves
 * @param arrivedMillis when it came, in milliseconds of the epoch
 * @param arrivedNanos the same on the clock that durations are measured with
 * @param usualPriority how urgent it is unless it says otherwise
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

  private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
  private static final HeaderName PRIORITY = HeaderNames.create("X-Nexus-Priority");

  /** Gives the request its id, which the answer carries whatever becomes of it. */
  static Exchange open(
      ServerRequest request, ServerResponse response, ErrorForm errors, long nowMillis) {
    var id = id(nowMillis);
    response.headers().set(REQUEST_ID, id);
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

  /** The same, once it is known whose it is. */
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
   * An id that sorts by time: a ledger's index then grows at its end, and a batch of records
   * touches a page or two of it instead of a page a record. As much of it is random as of a UUID of
   * version 7.
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

  /** How long it has been under way. */
  long elapsedNanos() {
    return System.nanoTime() - arrivedNanos;
  }

  /** How urgent the client says that it is. */
  Priority priority() {
    var named = request.headers().first(PRIORITY);
    if (named.filter("high"::equalsIgnoreCase).isPresent()) {
      return Priority.HIGH;
    }
    return named.filter("normal"::equalsIgnoreCase).isPresent() ? Priority.NORMAL : usualPriority;
  }

  /** Refuses an urgency that is none: who misspells it would wait in silence. */
  static void checkPriority(ServerRequestHeaders headers) {
    if (headers.contains(PRIORITY)) {
      var named = headers.get(PRIORITY).get();
      if (!named.equalsIgnoreCase("high") && !named.equalsIgnoreCase("normal")) {
        throw ApiException.badRequest(
            "X-Nexus-Priority", "'X-Nexus-Priority' has to be high or normal.");
      }
    }
  }

  /** Answers with an error, in whatever form the answer has begun. */
  void refuse(ApiException error) {
    entry.refused(error);
    if (client.hasBegun()) {
      client.endWith(SseText.event(errors.event(), Errors.text(error, errors, id)));
    } else {
      Errors.send(response, error, errors, id);
    }
  }

  /** Ends the connection of a client that left before it was told anything. */
  void closeUnanswered() {
    if (watch.isGone() && !client.hasBegun()) {
      throw new CloseConnectionException("the client left");
    }
  }
}
