package io.nexus.server.flow;

import io.helidon.http.ServerRequestHeaders;
import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.routing.Candidate;
import io.nexus.metrics.AttemptOutcome;
import io.nexus.server.dialect.FinishReasons;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Observes requests from arrival to end, and may add headers to their attempts. Receives no text of
 * requests or answers. Must be safe for any number of threads, return at once and never throw.
 */
public interface RequestObserver {

  /** A request has arrived. */
  Observed began(String id, ServerRequestHeaders headers);

  /**
   * One request. Called by the thread that serves it, except {@link #charged} and {@link #became}
   * for an answer completed in the background.
   */
  interface Observed {

    /** The request has been parsed. */
    void asks(Caller caller, String api, String model, boolean stream);

    /** An attempt is about to be sent. */
    void sends(Candidate candidate);

    /** The headers for the backend: the client's and those that the observer adds. */
    Map<String, String> passed(Map<String, String> headers);

    /** The attempt's stream has begun. */
    void beginsToAnswer();

    /** Receives the finish reasons of the attempt's answer; null if they are not wanted. */
    @Nullable FinishReasons finishReasons();

    /** The attempt's outcome. */
    void became(AttemptOutcome outcome);

    /** The attempt's charge. */
    void charged(SpendRecord record);

    /**
     * The request has ended.
     *
     * @param status the HTTP status of the answer
     * @param error the error code sent to the client; empty if none
     * @param budget the budget that refused it; empty if none
     */
    void ended(int status, String error, String budget);
  }
}
