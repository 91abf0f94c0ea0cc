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
  private static final List<String> LIMITS =
      List.of(
          "/max_completion_tokens",
          "/max_tokens",
          "/max_output_tokens",
          "/generationConfig/maxOutputTokens");

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

  /** The model that is asked for; Google's API names it in the path. */
  public String model() {
    return api() == Api.GEMINI ? Api.geminiModel(plainPath()) : json().path("model").asText();
  }

  /** The API that it was made by. */
  public Api api() {
    return Api.of(plainPath());
  }

  /** Whether the answer is to be a stream. */
  public boolean streaming() {
    return json().path("stream").asBoolean() || plainPath().contains(":streamGenerateContent");
  }

  /** Whether the client asked for the usage chunk at a stream's end. */
  public boolean wantsUsage() {
    return json().path("stream_options").path("include_usage").asBoolean();
  }

  /** The path; some clients encode the colon in Google's. */
  private String plainPath() {
    return path.replace("%3A", ":").replace("%3a", ":");
  }

  /**
   * The output limit.
   *
   * @param otherwise the value if the request names none
   */
  public long outputLimit(long otherwise) {
    JsonNode json = json();
    for (String pointer : LIMITS) {
      JsonNode limit = json.at(pointer);
      if (limit.isNumber()) {
        return limit.asLong();
      }
    }
    return otherwise;
  }
}
