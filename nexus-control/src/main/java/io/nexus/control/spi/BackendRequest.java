package io.nexus.control.spi;

import io.nexus.control.routing.Api;
import java.util.Map;

/**
 * A request to a backend.
 *
 * @param api the API
 * @param method such as {@code POST}
 * @param path below the backend's address, such as {@code /chat/completions}; with a query if it
 *     has one
 * @param body ready to be sent, in the form of that API; empty for none
 * @param contentType the media type of the body
 * @param headers the headers of the client's request that belong to the API, such as {@code
 *     anthropic-beta} or {@code traceparent}, never its key; often none
 */
@SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
public record BackendRequest(
    Api api,
    String method,
    String path,
    byte[] body,
    String contentType,
    Map<String, String> headers) {

  /** The media type of JSON. */
  public static final String JSON = "application/json";

  /** A POST of a JSON document. */
  public static BackendRequest post(
      Api api, String path, byte[] body, Map<String, String> headers) {
    return new BackendRequest(api, "POST", path, body, JSON, headers);
  }
}
