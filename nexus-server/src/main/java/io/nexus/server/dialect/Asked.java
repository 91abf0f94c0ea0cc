package io.nexus.server.dialect;

import io.nexus.control.money.Prompt;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.control.spi.BackendException;

/** A request that was read, and the way to answer it in its own API. */
public interface Asked {

  /** The model that the client names. */
  String model();

  /** What it asks of a backend. */
  Needs needs();

  /** The user that it names; empty if none. */
  String user();

  /** What is counted as input. */
  Prompt prompt();

  /**
   * The body to send to a candidate.
   *
   * @param maxTokens the longest answer to ask for, in each choice; 0 for what the client asked for
   */
  byte[] body(Candidate candidate, long maxTokens);

  /** Lets go of what may be large: from now on there is neither prompt nor body. */
  void letGo();

  /**
   * Reads an answer in one piece to its end.
   *
   * @throws AnswerTooLongException if it takes more room than there is
   */
  WholeAnswer read(AnswerBody body, Metering metering) throws AnswerTooLongException;

  /**
   * Passes a stream on to its end, or to where its guard cuts it off.
   *
   * @throws BackendException if it ended before the client was told anything, so that another
   *     backend can be tried
   */
  Delivery relay(AnswerBody body, ClientStream client, Metering metering, StreamGuard guard)
      throws BackendException;
}
