package io.nexus.bench.load;

import io.nexus.server.mock.Api;
import java.nio.charset.StandardCharsets;

/** The bytes of the requests that the generators send, made once. */
final class ChatRequest {
  private static final String FILLER = "The quick brown fox jumps over the lazy dog. ";

  private ChatRequest() {}

  /**
   * A completion in one piece.
   *
   * @param bodyBytes size of the body; what the fields do not need is prompt
   */
  static byte[] completion(int bodyBytes) {
    return completion(Api.CHAT, bodyBytes);
  }

  /**
   * The same in another API. In messages and responses it is what a coding agent sends, which
   * exceeds the size by a few kilobytes.
   *
   * @param api chat, messages or responses
   */
  static byte[] completion(Api api, int bodyBytes) {
    return switch (api) {
      case RESPONSES, MESSAGES -> post(MockReply.path(api), AgentRequest.body(api, bodyBytes));
      case CHAT, COMPLETIONS, GEMINI, EMBEDDINGS ->
          post(MockReply.path(Api.CHAT), chat(MockReply.MODEL), bodyBytes);
    };
  }

  /** A completion for which there is no money. */
  static byte[] overBudget(int bodyBytes) {
    return post(MockReply.path(Api.CHAT), chat(MockReply.SPENT_MODEL), bodyBytes);
  }

  private static String chat(String model) {
    return "{\"model\":\"%s\",\"max_tokens\":256,\"messages\":[{\"role\":\"user\",\"content\":\"%%s\"}]}"
        .formatted(model);
  }

  /**
   * A paced stream, with usage.
   *
   * @param chunks events
   * @param gapMicros microseconds between two
   */
  static byte[] stream(int chunks, long gapMicros, int bodyBytes) {
    return post(
        MockReply.path(Api.CHAT),
        """
        {"model":"%s","stream":true,"stream_options":{"include_usage":true},"max_tokens":%d,\
        "%s":%d,"%s":%d,"messages":[{"role":"user","content":"%%s"}]}"""
            .formatted(
                MockReply.MODEL,
                (long) (chunks + 1) * MockReply.TOKENS_A_CHUNK,
                MockRequest.CHUNKS,
                chunks,
                MockRequest.GAP_MICROS,
                gapMicros),
        bodyBytes);
  }

  /** A GET without a body. */
  static byte[] get(String path) {
    return "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
        .formatted(path)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] post(String path, String bodyFormat, int bodyBytes) {
    int fillerBytes = Math.max(0, bodyBytes - bodyFormat.formatted("").length());
    var filler = FILLER.repeat(fillerBytes / FILLER.length() + 1).substring(0, fillerBytes);
    return post(path, bodyFormat.formatted(filler));
  }

  private static byte[] post(String path, String body) {
    return """
    POST %s HTTP/1.1\r
    Host: localhost\r
    Content-Type: application/json\r
    Content-Length: %d\r
    \r
    %s"""
        .formatted(path, body.length(), body)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
