package io.nexus.server.flow;

import io.nexus.control.hold.Hold;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.routing.Candidate;
import io.nexus.server.dialect.Asked;
import java.util.Map;

/**
 * One attempt to serve a request.
 *
 * @param exchange the request and the way to answer it
 * @param asked the parsed request
 * @param hold pays for it
 * @param destination where it is sent, with its meters
 * @param reason the reason for the destination
 * @param sentNanos when it is sent, by {@link System#nanoTime}
 */
record Attempt(
    Exchange exchange,
    Asked asked,
    Hold hold,
    Destination destination,
    RouteReason reason,
    long sentNanos) {

  /** The client's headers that are passed to the backend. */
  Map<String, String> passedHeaders() {
    var headers = PassedHeaders.of(exchange.request().headers());
    var passed = asked.translated() == null ? headers : PassedHeaders.ofNoApi(headers);
    var observed = exchange.entry().observed();
    return observed == null ? passed : observed.passed(passed);
  }

  /** This attempt with another hold. */
  Attempt with(Hold other) {
    return new Attempt(exchange, asked, other, destination, reason, sentNanos);
  }

  Candidate candidate() {
    return hold.candidate();
  }
}
