package io.nexus.server.dialect;

import io.nexus.control.money.Prompt;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.control.spi.BackendRequest;
import io.nexus.server.http.ApiError;
import org.jspecify.annotations.Nullable;

/** A parsed request that can parse its answers. */
public interface Asked {

  /** No bytes. */
  byte[] NOTHING = {};

  /** The model that the client names. */
  String model();

  /** Whether its client expects a stream as one JSON array instead of events. */
  default boolean takesArray() {
    return false;
  }

  /** Its requirements. */
  Needs needs();

  /** The user named in it; empty if none. */
  String user();

  /**
   * The only backend that can serve it, because it stores what the request refers to; empty for
   * any.
   */
  default String backend() {
    return "";
  }

  /** The path at which to poll for a background answer, below the backend's address. */
  default String pathOf(String id) {
    throw new IllegalStateException("nothing is made in the background");
  }

  /** The input to count. */
  Prompt prompt();

  /** The path below the backend's address, such as {@code /chat/completions}. */
  String path(Candidate candidate);

  /**
   * The body to send to a candidate.
   *
   * @param maxTokens the output limit, in tokens per choice; 0 to leave the client's
   * @param fields the fields that the backend accepts
   */
  byte[] body(Candidate candidate, long maxTokens, BackendFields fields);

  /** The media type of that body. */
  default String contentType() {
    return BackendRequest.JSON;
  }

  /**
   * Learns accepted fields from a refusal.
   *
   * @param fields the fields assumed so far
   * @param refusal the text of the refusal
   * @return the same if it does not object to one of these fields
   */
  default BackendFields taught(Candidate candidate, BackendFields fields, String refusal) {
    return fields;
  }

  /** The bytes that the client sent; empty if they cannot be translated. */
  default byte[] sent() {
    return NOTHING;
  }

  /** How it was translated into the backend's API; null if it was not. */
  default @Nullable Translated translated() {
    return null;
  }

  /** The gateway's own answer without a backend; null if there is none. */
  default byte @Nullable [] ownAnswer() {
    return null;
  }

  /**
   * A backend's refusal in the client's API.
   *
   * @return null if it already has that form and is passed on unchanged
   */
  default @Nullable ApiError refusal(byte[] body) {
    return null;
  }

  /** Frees the prompt and the body, which may be large. */
  void letGo();

  /**
   * Parses an answer in one piece. Unreadable data counts as text.
   *
   * @param meter receives the generated text
   */
  Answer whole(byte[] body, OutputMeter meter);

  /**
   * Creates the parser of a stream's events.
   *
   * @param metering computes the cost
   * @param meter receives the generated text
   */
  Events events(Metering metering, OutputMeter meter);
}
