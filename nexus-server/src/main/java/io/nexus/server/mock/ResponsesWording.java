package io.nexus.server.mock;

import static io.nexus.server.mock.Wording.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.UpstreamReply.Chunk;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenAI's responses, with all keys that OpenResponses' suite asks for
 * (https://www.openresponses.org/compliance).
 */
final class ResponsesWording implements Wording {

  private static final String IN_PROGRESS = "in_progress";

  private final Speech speech;
  private final UpstreamRequest request;
  private final JsonNode asked;
  private final String item;
  private int events;

  ResponsesWording(Speech speech, UpstreamRequest request) {
    this.speech = speech;
    this.request = request;
    this.asked = request.json();
    this.item = (speech.isCall() ? "fc_" : "msg_") + request.number();
  }

  @Override
  public String whole() {
    return response(speech.isCut() ? "incomplete" : "completed");
  }

  @Override
  public List<Chunk> opening() {
    String begun = "\"response\":" + response(IN_PROGRESS);
    List<Chunk> all =
        List.of(
            event("response.created", begun),
            event("response.in_progress", begun),
            event(
                "response.output_item.added",
                "\"output_index\":0,\"item\":" + item("", IN_PROGRESS)));
    return speech.isCall()
        ? all
        : join(all, List.of(event("response.content_part.added", at() + ",\"part\":" + part(""))));
  }

  @Override
  public String delta(String piece, boolean isFirst) {
    Chunk event =
        speech.isCall()
            ? event("response.function_call_arguments.delta", at() + ",\"delta\":" + quoted(piece))
            : event(
                "response.output_text.delta", at() + ",\"logprobs\":[],\"delta\":" + quoted(piece));
    return event.data();
  }

  @Override
  public List<Chunk> closing() {
    String text = quoted(speech.text());
    List<Chunk> said =
        speech.isCall()
            ? List.of(
                event(
                    "response.function_call_arguments.done",
                    at() + ",\"name\":" + quoted(speech.tool()) + ",\"arguments\":" + text))
            : List.of(
                event("response.output_text.done", at() + ",\"logprobs\":[],\"text\":" + text),
                event("response.content_part.done", at() + ",\"part\":" + part(speech.text())));
    String status = speech.isCut() ? "incomplete" : "completed";
    return join(
        said,
        List.of(
            event(
                "response.output_item.done",
                "\"output_index\":0,\"item\":" + item(speech.text(), "completed")),
            event("response." + status, "\"response\":" + response(status))));
  }

  @Override
  public boolean endsInDone() {
    return true;
  }

  private static List<Chunk> join(List<Chunk> some, List<Chunk> others) {
    List<Chunk> all = new ArrayList<>(some);
    all.addAll(others);
    return List.copyOf(all);
  }

  private Chunk event(String type, String fields) {
    return Wording.event(type, "\"sequence_number\":" + events++ + "," + fields);
  }

  private String at() {
    String place = "\"item_id\":\"" + item + "\",\"output_index\":0";
    return speech.isCall() ? place : place + ",\"content_index\":0";
  }

  private static String part(String text) {
    return "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":%s}"
        .formatted(quoted(text));
  }

  private String item(String text, String status) {
    return speech.isCall()
        ? """
        {"id":"%s","type":"function_call","status":"%s","call_id":"call_%d","name":%s,\
        "arguments":%s}"""
            .formatted(item, status, request.number(), quoted(speech.tool()), quoted(text))
        : "{\"id\":\"%s\",\"type\":\"message\",\"status\":\"%s\",\"role\":\"assistant\",\"content\":[%s]}"
            .formatted(item, status, status.equals(IN_PROGRESS) ? "" : part(text));
  }

  private String response(String status) {
    boolean isRunning = status.equals(IN_PROGRESS);
    return """
    {"id":"resp_%d","object":"response","created_at":1700000000,"completed_at":%s,"status":"%s",\
    "error":null,"incomplete_details":%s,"instructions":%s,"max_output_tokens":%s,\
    "max_tool_calls":null,"metadata":{},"model":%s,"output":[%s],"parallel_tool_calls":true,\
    "previous_response_id":null,"prompt_cache_key":null,\
    "reasoning":{"effort":null,"summary":null},"safety_identifier":null,"service_tier":"default",\
    "background":false,"store":false,"temperature":1,"text":{"format":{"type":"text"}},\
    "tool_choice":"auto","tools":%s,"top_logprobs":0,"top_p":1,"presence_penalty":0,\
    "frequency_penalty":0,"truncation":"disabled","usage":%s,"user":null}"""
        .formatted(
            request.number(),
            status.equals("completed") ? "1700000001" : "null",
            status,
            status.equals("incomplete") ? "{\"reason\":\"max_output_tokens\"}" : "null",
            echoed("instructions", "null"),
            echoed("max_output_tokens", "null"),
            quoted(request.model()),
            isRunning ? "" : item(speech.text(), "completed"),
            echoed("tools", "[]"),
            isRunning ? "null" : usage());
  }

  private String echoed(String field, String otherwise) {
    return asked.has(field) ? asked.path(field).toString() : otherwise;
  }

  private String usage() {
    UpstreamUsage used = speech.reported();
    return """
    {"input_tokens":%d,"input_tokens_details":{"cached_tokens":%d},"output_tokens":%d,\
    "output_tokens_details":{"reasoning_tokens":%d},"total_tokens":%d}"""
        .formatted(
            used.prompt(),
            used.cached(),
            used.completion(),
            used.reasoning(),
            used.prompt() + used.completion());
  }
}
