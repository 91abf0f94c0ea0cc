package io.nexus.server.flow;

import io.nexus.control.limit.LimitExcess;
import io.nexus.control.limit.Unit;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import java.time.Instant;
import java.util.LinkedHashMap;

/** The refusals over limits, with the time to retry. */
final class LimitRefusal {

  private static final int TOO_MANY_REQUESTS = 429;

  /** The suggested wait for parallel requests, most of which end soon. */
  private static final long PARALLEL_SECONDS = 1;

  private LimitRefusal() {}

  static ApiException of(LimitExcess excess, long nowMillis) {
    long seconds = waitSeconds(excess, nowMillis);
    var headers = new LinkedHashMap<String, String>(LimitHeaders.of(excess.state(), nowMillis));
    if (excess.isForGood()) {
      headers.put("x-should-retry", "false");
    } else {
      headers.put("Retry-After", Long.toString(seconds));
    }
    return new ApiException(
        TOO_MANY_REQUESTS,
        new ApiError(message(excess, seconds), "rate_limit_error", null, "rate_limited"),
        headers);
  }

  private static String message(LimitExcess excess, long seconds) {
    var what = "Rate limit reached: " + excess.reason() + ".";
    if (excess.isForGood()) {
      return what + " It never will: send a shorter request, or ask for a shorter answer.";
    }
    return what + " Try again in " + seconds + " s.";
  }

  private static long waitSeconds(LimitExcess excess, long nowMillis) {
    var reset = excess.state().resetsAt();
    if (excess.state().unit() == Unit.PARALLEL || reset.equals(Instant.MAX)) {
      return PARALLEL_SECONDS;
    }
    return Math.max(1, Math.ceilDiv(reset.toEpochMilli() - nowMillis, 1000L));
  }
}
