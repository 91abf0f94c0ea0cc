package io.nexus.server.dialect;

import io.nexus.control.money.Prompt;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.control.spi.BackendRequest;
import io.nexus.server.http.ApiError;
import org.jspecify.annotations.Nullable;

/** A request that was read, and the way to answer it in its own API. */
public interface Asked {

  /** No bytes. */
  byte[] NOTHING = {};

  /** The model that the client names. */
  String model();

  /** Whether its client takes a stream as one JSON array, not as events. */
  default boolean takesArray() {
    return false;
  }

  /** What it asks of a backend. */
  Needs needs();

  /** The user that it names; empty if none. */
  String user();

  /** The only backend that can serve it, which has what it refers to; empty if any can. */
  default String backend() {
    return "";
  }

  /** Where a backend is asked after an answer that it goes on making, below its address. */
  default String pathOf(String id) {
    throw new IllegalStateException("nothing is made in the background");
  }

  /** What is counted as input. */
  Prompt prompt();

  /** Where it is sent below the backend's address, such as {@code /chat/completions}. */
  String path(Candidate candidate);

  /**
   * The body to send to a candidate.
   *
   * @param maxTokens the longest answer to ask for, in each choice; 0 for what the client asked for
   * @param fields what the backend takes
   */
  byte[] body(Candidate candidate, long maxTokens, BackendFields fields);

  /** The media type of that body. */
  default String contentType() {
    return BackendRequest.JSON;
  }

  /**
   * What a backend takes after it has refused the request.
   *
   * @param fields what it was thought to take
   * @param refusal what it says
   * @return the same if it does not object to one of these fields
   */
  default BackendFields taught(Candidate candidate, BackendFields fields, String refusal) {
    return fields;
  }

  /** The bytes that the client sent; none where nobody can translate them. */
  default byte[] sent() {
    return NOTHING;
  }

  /** How it was translated into the backend's API; null if it was not. */
  default @Nullable Translated translated() {
    return null;
  }

  /** The answer that the gateway gives itself, without a backend; null if it has none. */
  default byte @Nullable [] ownAnswer() {
    return null;
  }

  /**
   * What a backend's refusal says, to be said in the client's API.
   *
   * @return null if it is said so already, and passed on as it came
   */
  default @Nullable ApiError refusal(byte[] body) {
    return null;
  }

  /** Lets go of what may be large: from now on there is neither prompt nor body. */
  void letGo();

  /**
   * Reads an answer that came in one piece. What cannot be read counts as text.
   *
   * @param meter is given what was generated
   */
  Answer whole(byte[] body, OutputMeter meter);

  /**
   * What the events of a stream that answers mean.
   *
   * @param metering decides what it costs
   * @param meter is given what is generated
   */
  Events events(Metering metering, OutputMeter meter);
}
