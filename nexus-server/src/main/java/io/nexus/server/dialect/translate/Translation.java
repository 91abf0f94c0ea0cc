package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.routing.Api;
import io.nexus.server.http.ApiException;
import java.util.List;

/**
 * Translates the requests of one API into another.
 *
 * <p>A field without a counterpart is refused with a message that names it, unless it is only a
 * hint. Nothing is omitted silently.
 */
interface Translation {

  /** The client's API. */
  Api from();

  /** The backend's API. */
  Api to();

  /**
   * Translates a request.
   *
   * @param target the model that it is for
   * @throws ApiException with status 400 if it cannot be translated
   */
  default Said say(ObjectNode request, Target target) {
    return say(request, target, new Wording(from(), to()));
  }

  /**
   * Translates a request that may be the middle of a chain.
   *
   * @param wording tells the client what cannot be translated, or is omitted
   */
  Said say(ObjectNode request, Target target, Wording wording);

  /**
   * Facts about the model of a request.
   *
   * @param thinks whether it is known to have reasoning, so that its amount may be set
   * @param longestOutput its longest answer, in tokens; 0 if not known
   * @param hearsSystem whether it accepts system messages anywhere, not only at the beginning
   * @param inputTokens about how many tokens the prompt has
   * @param isFurther whether the translated request is translated once more
   */
  record Target(
      boolean thinks,
      long longestOutput,
      boolean hearsSystem,
      long inputTokens,
      boolean isFurther) {

    /** The same at the end of a further translation. */
    Target further() {
      return new Target(thinks, longestOutput, hearsSystem, inputTokens, true);
    }
  }

  /**
   * A translated request.
   *
   * @param target the path's target, in APIs with the model in the path; else empty
   * @param body the body to send
   * @param omitted the omitted parts that the client may miss, such as {@code tools[3]}
   * @param back translates the answers back
   */
  record Said(String target, ObjectNode body, List<String> omitted, Back back) {}

  /** Translates answers back. */
  interface Back {

    /** An answer in one piece, in the client's API. */
    ObjectNode answer(ObjectNode answer);

    /**
     * The events of a stream that answers, in the client's API.
     *
     * @param inputTokens about how many tokens the prompt has, until the backend says it
     */
    EventTranslation events(long inputTokens);
  }

  /** Translates a stream event by event. Not for concurrent use. */
  interface EventTranslation {

    /** Translates one event. */
    void translate(ObjectNode event, EventText client);

    /** Ends the stream; further calls have no effect. */
    void end(EventText client);

    /** The length of the text received that must wait for other parts. */
    default long waitingChars() {
      return 0;
    }
  }
}
