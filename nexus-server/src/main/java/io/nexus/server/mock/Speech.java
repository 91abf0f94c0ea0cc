package io.nexus.server.mock;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.Events;
import io.nexus.server.mock.UpstreamReply.UsageChunk;
import io.nexus.server.mock.UpstreamReply.Whole;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's answer to one request, rendered in the request's API, in one piece or as a stream with
 * one event for each piece.
 *
 * @param pieces the text
 * @param pieceTokens the tokens of each piece
 * @param hidden the hidden reasoning tokens before it
 * @param isCut whether the text ends at the request's limit
 * @param billed the billed usage
 * @param reported the reported usage, which may differ
 */
public record Speech(
    List<String> pieces,
    long pieceTokens,
    long hidden,
    boolean isCut,
    UpstreamUsage billed,
    UpstreamUsage reported) {

  private static final String PLACE =
      "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0";

  /** An answer without hidden reasoning, with true usage and one token for each piece. */
  public static Speech of(List<String> tokens, boolean isCut, UpstreamUsage usage) {
    return new Speech(tokens, 1, 0, isCut, usage, usage);
  }

  /** The answer in the form that the request asks for. */
  public UpstreamReply to(UpstreamRequest request) {
    return request.streaming() ? stream(request) : whole(request);
  }

  /** The answer in one piece. */
  public Whole whole(UpstreamRequest request) {
    String text = quoted(String.join("", pieces));
    String model = quoted(request.model());
    String body =
        switch (request.api()) {
          case CHAT ->
              """
              {"id":"chatcmpl-%d","object":"chat.completion","created":1700000000,"model":%s,\
              "choices":[{"index":0,"message":{"role":"assistant","content":%s,"refusal":null},\
              "logprobs":null,"finish_reason":"%s"}],"usage":%s}"""
                  .formatted(request.number(), model, text, openAiEnd(), reported.json());
          case RESPONSES -> response(request, text, isCut ? "incomplete" : "completed");
          case MESSAGES ->
              """
              {"id":"msg_%d","type":"message","role":"assistant","model":%s,\
              "content":[{"type":"text","text":%s}],"stop_reason":"%s","stop_sequence":null,\
              "usage":%s}"""
                  .formatted(request.number(), model, text, messagesEnd(), messagesUsage());
          case GEMINI -> geminiEnd(request, text);
          case EMBEDDINGS ->
              """
              {"object":"list","model":%s,"data":[{"object":"embedding","index":0,\
              "embedding":[1.0,2.0]}],"usage":{"prompt_tokens":%d,"total_tokens":%2$d}}"""
                  .formatted(model, reported.prompt());
        };
    return UpstreamReply.json(200, body, billed);
  }

  /**
   * The answer as a stream. Hidden tokens are generated and billed before the first visible one.
   */
  public Events stream(UpstreamRequest request) {
    List<Chunk> chunks = new ArrayList<>();
    chunks.addAll(opening(request));
    if (hidden > 0) {
      chunks.add(new Chunk("", hidden));
    }
    for (String piece : pieces) {
      chunks.add(new Chunk(delta(request, quoted(piece)), pieceTokens));
    }
    chunks.addAll(closing(request));
    return UpstreamReply.events(chunks, billed)
        .usageChunk(request.api() == Api.CHAT ? UsageChunk.NEVER : UsageChunk.BARE);
  }

  private List<Chunk> opening(UpstreamRequest request) {
    return switch (request.api()) {
      case CHAT, GEMINI, EMBEDDINGS -> List.of();
      case RESPONSES ->
          List.of(
              event(
                  "response.created",
                  "\"response\":" + response(request, quoted(""), "in_progress")),
              event(
                  "response.output_item.added",
                  "\"output_index\":0,\"item\":" + item(quoted(""), "in_progress")),
              event("response.content_part.added", PLACE + ",\"part\":" + part(quoted(""))));
      case MESSAGES ->
          List.of(
              event(
                  "message_start",
                  """
                  "message":{"id":"msg_%d","type":"message","role":"assistant","model":%s,\
                  "content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":%d,\
                  "cache_creation_input_tokens":0,"cache_read_input_tokens":%d,"output_tokens":1}}"""
                      .formatted(
                          request.number(),
                          quoted(request.model()),
                          reported.prompt() - reported.cached(),
                          reported.cached())),
              event(
                  "content_block_start",
                  "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"));
    };
  }

  private static String delta(UpstreamRequest request, String text) {
    return switch (request.api()) {
      case CHAT, EMBEDDINGS -> chatChunk(request, "{\"content\":" + text + "}", "null");
      case GEMINI -> geminiChunk(request, text, "", "");
      case RESPONSES ->
          event("response.output_text.delta", PLACE + ",\"delta\":" + text + ",\"logprobs\":[]")
              .data();
      case MESSAGES ->
          event(
                  "content_block_delta",
                  "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" + text + "}")
              .data();
    };
  }

  private List<Chunk> closing(UpstreamRequest request) {
    String text = quoted(String.join("", pieces));
    return switch (request.api()) {
      case CHAT, EMBEDDINGS -> {
        Chunk end = new Chunk(chatChunk(request, "{}", quoted(openAiEnd())), 0);
        yield request.wantsUsage()
            ? List.of(end, new Chunk(UpstreamReply.usageChunk(request, reported), 0))
            : List.of(end);
      }
      case GEMINI -> List.of(new Chunk(geminiEnd(request, quoted("")), 0));
      case RESPONSES ->
          List.of(
              event("response.output_text.done", PLACE + ",\"text\":" + text + ",\"logprobs\":[]"),
              event("response.content_part.done", PLACE + ",\"part\":" + part(text)),
              event(
                  "response.output_item.done",
                  "\"output_index\":0,\"item\":" + item(text, "completed")),
              isCut
                  ? event(
                      "response.incomplete",
                      "\"response\":" + response(request, text, "incomplete"))
                  : event(
                      "response.completed",
                      "\"response\":" + response(request, text, "completed")));
      case MESSAGES ->
          List.of(
              event("content_block_stop", "\"index\":0"),
              event(
                  "message_delta",
                  "\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},\"usage\":%s"
                      .formatted(messagesEnd(), messagesUsage())),
              event("message_stop", "\"index\":0"));
    };
  }

  private String openAiEnd() {
    return isCut ? "length" : "stop";
  }

  private String messagesEnd() {
    return isCut ? "max_tokens" : "end_turn";
  }

  private String messagesUsage() {
    return """
    {"input_tokens":%d,"cache_creation_input_tokens":0,"cache_read_input_tokens":%d,\
    "output_tokens":%d}"""
        .formatted(reported.prompt() - reported.cached(), reported.cached(), reported.completion());
  }

  private static String part(String text) {
    return "{\"type\":\"output_text\",\"text\":" + text + ",\"annotations\":[],\"logprobs\":[]}";
  }

  private static String item(String text, String status) {
    return "{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"status\":\"%s\",\"content\":[%s]}"
        .formatted(status, part(text));
  }

  private String response(UpstreamRequest request, String text, String status) {
    boolean isRunning = status.equals("in_progress");
    String usage =
        """
        {"input_tokens":%d,"input_tokens_details":{"cached_tokens":%d},"output_tokens":%d,\
        "output_tokens_details":{"reasoning_tokens":%d},"total_tokens":%d}"""
            .formatted(
                reported.prompt(),
                reported.cached(),
                reported.completion(),
                reported.reasoning(),
                reported.prompt() + reported.completion());
    return """
    {"id":"resp_%d","object":"response","created_at":1700000000,"status":"%s","model":%s,\
    "error":null,"incomplete_details":%s,"output":[%s],"usage":%s}"""
        .formatted(
            request.number(),
            status,
            quoted(request.model()),
            status.equals("incomplete") ? "{\"reason\":\"max_output_tokens\"}" : "null",
            isRunning ? "" : item(text, status),
            isRunning ? "null" : usage);
  }

  private String geminiEnd(UpstreamRequest request, String text) {
    String usage =
        """
        ,"usageMetadata":{"promptTokenCount":%d,"cachedContentTokenCount":%d,\
        "candidatesTokenCount":%d,"thoughtsTokenCount":%d,"totalTokenCount":%d}"""
            .formatted(
                reported.prompt(),
                reported.cached(),
                reported.completion() - reported.reasoning(),
                reported.reasoning(),
                reported.prompt() + reported.completion());
    String finish = ",\"finishReason\":\"" + (isCut ? "MAX_TOKENS" : "STOP") + "\"";
    return geminiChunk(request, text, finish, usage);
  }

  private static String geminiChunk(
      UpstreamRequest request, String text, String finish, String usage) {
    return """
    {"candidates":[{"content":{"role":"model","parts":[{"text":%s}]},"index":0%s}]%s,\
    "modelVersion":%s,"responseId":"r%d"}"""
        .formatted(text, finish, usage, quoted(request.model()), request.number());
  }

  private static String chatChunk(UpstreamRequest request, String delta, String end) {
    return """
    {"id":"chatcmpl-%d","object":"chat.completion.chunk","created":1700000000,"model":%s,\
    "choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}]}"""
        .formatted(request.number(), quoted(request.model()), delta, end);
  }

  private static Chunk event(String type, String fields) {
    return new Chunk("event: %s\ndata: {\"type\":\"%1$s\",%s}".formatted(type, fields), 0);
  }

  private static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }
}
