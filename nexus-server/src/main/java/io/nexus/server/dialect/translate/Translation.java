package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.routing.Api;
import io.nexus.server.http.ApiException;
import java.util.List;

/**
 * How the requests of one API are said in another.
 *
 * <p>What the other API has no word for is refused with a message that names the field, unless it
 * only hints at how to serve the request. Nothing is left out in silence.
 */
interface Translation {

  /** What the client speaks. */
  Api from();

  /** What the backend speaks. */
  Api to();

  /**
   * Says a request.
   *
   * @param target the model that it is for
   * @throws ApiException with status 400 if it cannot be said
   */
  Said say(ObjectNode request, Target target);

  /**
   * What is known of the model that a request is for.
   *
   * @param thinks whether it is known to think, so that it may be told how much
   * @param longestOutput the longest answer that it gives, in tokens; 0 if not known
   * @param hearsSystem whether it takes a system's words anywhere, not at the beginning only
   * @param inputTokens about how many tokens the prompt has
   */
  record Target(boolean thinks, long longestOutput, boolean hearsSystem, long inputTokens) {}

  /**
   * A request that has been said.
   *
   * @param target what the path names, in APIs that have the model there; else empty
   * @param body what is sent
   * @param omitted what was left out although the client may miss it, such as {@code tools[3]}
   * @param back the way back for what answers it
   */
  record Said(String target, ObjectNode body, List<String> omitted, Back back) {}

  /** The way back for what answers a request. */
  interface Back {

    /** An answer in one piece, in the client's API. */
    ObjectNode answer(ObjectNode answer);

    /**
     * The events of a stream that answers, in the client's API.
     *
     * @param inputTokens about how many tokens the prompt has, until the backend says it
     */
    Story story(long inputTokens);
  }

  /** A stream on its way into another API, event by event. Not for concurrent use. */
  interface Story {

    /** What one event says. */
    void tell(ObjectNode event, EventText client);

    /** The stream has come to its end; told more than once, it ends once. */
    void end(EventText client);
  }
}
