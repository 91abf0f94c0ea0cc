package io.nexus.server.flow;

import io.helidon.http.ServerRequestHeaders;
import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.routing.Candidate;
import io.nexus.metrics.AttemptOutcome;
import java.util.Map;

/**
 * Follows requests, each from its arrival to its end, and is asked what their attempts carry.
 * Nothing that it is told has a text of a request or of an answer. Safe for any number of threads;
 * returns at once and never throws.
 */
public interface RequestObserver {

  /** A request has come. */
  Observed began(String id, ServerRequestHeaders headers);

  /**
   * One request. The thread that serves it calls, but for {@link #charged} and {@link #became} of
   * an answer that is made when the request has long ended.
   */
  interface Observed {

    /** It was read. */
    void asks(Caller caller, String api, String model, boolean stream);

    /** An attempt is about to be sent. */
    void sends(Candidate candidate);

    /** What of a client's headers goes to the backend, with what the observer adds. */
    Map<String, String> passed(Map<String, String> headers);

    /** The stream has begun that answers the attempt. */
    void beginsToAnswer();

    /** What became of the attempt. */
    void became(AttemptOutcome outcome);

    /** What the attempt was charged. */
    void charged(SpendRecord record);

    /**
     * It has ended.
     *
     * @param status of the answer
     * @param error the code of the error that the client was told; empty without one
     * @param budget the budget that refused it; empty without one
     */
    void ended(int status, String error, String budget);
  }
}
