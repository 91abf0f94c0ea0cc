package io.nexus.server.mock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.server.mock.Wire.Header;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * One request as it reached the upstream.
 *
 * @param number its place among all requests, from 1
 * @param path with the query
 * @param headers in their order and spelling
 * @param body the exact bytes, without a transfer coding
 */
@SuppressWarnings("ArrayRecordComponent") // Requests are not compared as wholes.
public record UpstreamRequest(
    int number, String method, String path, List<Header> headers, byte[] body, long arrivedNanos) {

  private static final JsonMapper JSON = new JsonMapper();

  public Optional<String> header(String name) {
    return Wire.value(headers, name);
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The body as JSON; a missing node when it is none. */
  public JsonNode json() {
    try {
      return JSON.readTree(text());
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  public String model() {
    return json().path("model").asText();
  }

  public boolean streaming() {
    return json().path("stream").asBoolean();
  }

  /** Whether the client asked for the usage chunk at a stream's end. */
  public boolean wantsUsage() {
    return json().path("stream_options").path("include_usage").asBoolean();
  }
}
