package io.nexus.server;

import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire.Header;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What clients of images, sound and rerank talk to. It bills by the unit: {@code gpt-image-1},
 * {@code tts-1}, {@code whisper-1} and {@code rerank-v3.5} at their list prices.
 */
final class UnitModel {

  /** The backends that have these. */
  static final String BACKENDS =
      """
      [[backends]]
      name = "units"
      type = "openai"
      location = "cloud"
      url = "{0}"
      models = ["gpt-image-1", "tts-1", "whisper-1"]
      apis = ["images", "speech", "transcriptions"]
      [[backends]]
      name = "order"
      type = "generic"
      provider = "cohere"
      location = "cloud"
      url = "{0}"
      models = ["rerank-v3.5"]
      apis = ["rerank"]
      """;

  /** The upstream's price of a token of the prompt. */
  private static final long TOKEN_NANOS = 2_500;

  private static final String PICTURE_USAGE =
      "\"usage\":{\"input_tokens\":20,\"input_tokens_details\":{\"image_tokens\":8,"
          + "\"text_tokens\":12},\"output_tokens\":272,\"total_tokens\":292}";
  private static final long PICTURE_NANOS = 12 * 5_000 + 8 * 10_000 + 272 * 40_000;
  private static final int SECONDS = 4;

  private UnitModel() {}

  /** Whether a request is for one of these. */
  static boolean isAsked(UpstreamRequest request) {
    var path = request.path();
    return path.contains("/images/") || path.contains("/audio/") || path.contains("/rerank");
  }

  static UpstreamReply reply(UpstreamRequest request) {
    var path = request.path();
    if (path.contains("/images/")) {
      return request.streaming()
          ? typed(
              "text/event-stream",
              "event: image_generation.completed\ndata: {\"type\":\"image_generation.completed\","
                  + "\"b64_json\":\"QUJD\","
                  + PICTURE_USAGE
                  + "}\n\n",
              PICTURE_NANOS)
          : typed(
              "application/json",
              "{\"created\":1,\"data\":[{\"b64_json\":\"QUJD\"}]," + PICTURE_USAGE + "}",
              PICTURE_NANOS);
    }
    if (path.endsWith("/speech")) {
      return typed(
          "audio/mpeg", "ID3 sound", 15_000L * request.json().path("input").asText().length());
    }
    if (path.contains("/audio/")) {
      return typed(
          "application/json",
          "{\"text\":\"Hello\",\"usage\":{\"type\":\"duration\",\"seconds\":" + SECONDS + "}}",
          SECONDS * 100_000L);
    }
    return typed(
        "application/json",
        "{\"results\":[{\"index\":1,\"relevance_score\":0.5}],\"meta\":{\"billed_units\":{\"search_units\":1}}}",
        2_000_000);
  }

  private static UpstreamReply typed(String type, String body, long nanos) {
    return new UpstreamReply.Whole(
        200,
        List.of(new Header("Content-Type", type)),
        body.getBytes(StandardCharsets.UTF_8),
        UpstreamUsage.of(nanos / TOKEN_NANOS, 0),
        -1);
  }
}
