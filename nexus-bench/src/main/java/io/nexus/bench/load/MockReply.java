package io.nexus.bench.load;

import io.nexus.server.mock.Api;
import io.nexus.server.mock.Speech;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The mock upstream's answers as bytes, created once. */
final class MockReply {
  /** The one model that the mock serves. */
  static final String MODEL = "gpt-4o";

  /** A model whose budget in the gateway is spent. */
  static final String SPENT_MODEL = "gpt-4o-mini";

  /** What an event of a stream is billed: its tokens in {@code o200k_base}, and one in reserve. */
  static final int TOKENS_A_CHUNK = 9;

  /** Precedes the time at which a chunk was written, in {@link System#nanoTime}. */
  static final String STAMP_KEY = "\"content\":\"t";

  /** Digits of that time. */
  static final int STAMP_DIGITS = 19;

  /** The model that it serves in the Messages API. */
  static final String MESSAGES_MODEL = "claude-sonnet-4-5";

  private static final int PROMPT_TOKENS = 250;
  private static final String ID = "chatcmpl-bench0000000000000000000000";
  private static final int FILLER_BYTES = 600;

  private MockReply() {}

  /** A completion of about a kilobyte, with usage. */
  static byte[] completion() {
    var filler = "All work and no play makes a dull benchmark. ".repeat(FILLER_BYTES / 45);
    return json(
        "200 OK",
        """
        {"id":"%s","object":"chat.completion","created":1700000000,"model":"%s",\
        "choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null},\
        "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":%d,\
        "completion_tokens":128,"total_tokens":%d,"prompt_tokens_details":{"cached_tokens":0},\
        "completion_tokens_details":{"reasoning_tokens":0}},"system_fingerprint":"fp_bench"}\
        """
            .formatted(ID, MODEL, filler, PROMPT_TOKENS, PROMPT_TOKENS + 128));
  }

  /** An answer of about a kilobyte in another API. */
  static byte[] completion(Api api) {
    var model = api == Api.MESSAGES ? MESSAGES_MODEL : MODEL;
    var request =
        new UpstreamRequest(
            1, "POST", path(api), List.of(), Wire.bytes("{\"model\":\"" + model + "\"}"), 0);
    var words = "All work and no play makes a dull benchmark. ".repeat(FILLER_BYTES / 45);
    var answer = Speech.of(List.of(words), false, UpstreamUsage.of(PROMPT_TOKENS, 128));
    return json("200 OK", Wire.text(answer.whole(request).body()));
  }

  /** The path of an API. */
  static String path(Api api) {
    return switch (api) {
      case RESPONSES -> "/v1/responses";
      case MESSAGES -> "/v1/messages";
      case CHAT, COMPLETIONS, GEMINI, EMBEDDINGS -> "/v1/chat/completions";
    };
  }

  /** The list of models. */
  static byte[] models() {
    return json(
        "200 OK",
        "{\"object\":\"list\",\"data\":[{\"id\":\"%s\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"bench\"}]}"
            .formatted(MODEL));
  }

  /** The answer to a health check. */
  static byte[] healthy() {
    return json("200 OK", "{\"status\":\"healthy\"}");
  }

  /** The answer to unknown requests. */
  static byte[] unknown() {
    return json(
        "404 Not Found",
        "{\"error\":{\"message\":\"unknown route\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
  }

  /** The head of a streamed answer. A header keeps nginx from buffering it. */
  static byte[] streamHead() {
    return """
    HTTP/1.1 200 OK\r
    Content-Type: text/event-stream\r
    Cache-Control: no-cache\r
    X-Accel-Buffering: no\r
    Transfer-Encoding: chunked\r
    \r
    """
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** One event of a stream as one HTTP chunk, with zeros for the stamp. */
  static byte[] event() {
    return chunk(
        event(
            "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\","
                + STAMP_KEY
                + "0".repeat(STAMP_DIGITS)
                + " \"},\"logprobs\":null,\"finish_reason\":null}]"));
  }

  /** The end of a stream: the finishing event, usage if asked for, {@code [DONE]}, last chunk. */
  static byte[] streamEnd(int chunks, boolean usage) {
    var events =
        event(
            "\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]");
    if (usage) {
      long tokens = (long) chunks * TOKENS_A_CHUNK;
      events +=
          event(
              "\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}"
                  .formatted(PROMPT_TOKENS, tokens, PROMPT_TOKENS + tokens));
    }
    var last = new String(chunk(events + "data: [DONE]\n\n"), StandardCharsets.US_ASCII);
    return (last + "0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static String event(String fields) {
    return "data: {\"id\":\"%s\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"%s\",%s}\n\n"
        .formatted(ID, MODEL, fields);
  }

  private static byte[] chunk(String data) {
    return (Integer.toHexString(data.length()) + "\r\n" + data + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] json(String status, String body) {
    var head =
        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, body.length());
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }
}
