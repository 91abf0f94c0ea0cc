package io.nexus.server;

import io.nexus.server.dialect.usage.UsageShape;
import io.nexus.server.dialect.usage.Used;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Real inputs for {@link FuzzedGateway}, from which others are made. */
final class FuzzSeeds {

  /** Of a long stream the beginning says as much. */
  private static final int MOST_BYTES = 1500;

  private static final String[] FILES = {
    "01-both-names-zero.json",
    "04-cache-names-of-anthropic.json",
    "06-cost-of-provider.json",
    "10-zero-usage-last.sse",
    "11-data-on-several-lines.sse",
    "12-usage-in-choice.sse",
  };

  private static final String[] BODIES = {
    "{\"error\":{\"message\":\"no\",\"type\":\"server_error\",\"code\":\"overloaded\"}}",
    "data: {\"error\":{\"message\":\"no\",\"code\":429}}\n\ndata: [DONE]\n\n",
    "event: error\ndata: {\"type\":\"error\"}\n\n",
    // It says that it is over, and then breaks off.
    "event: message\n\ndata: [DONE]\n\ndata",
    "{\"base_resp\":{\"status_code\":1004,\"status_msg\":\"no\"}}",
    "<html><body>502 Bad Gateway</body></html>",
    "{\"choices\":[{\"message\":{\"content\":\"one two three four\",\"reasoning\":\"so it is\","
        + "\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":[1,true]}}}],"
        + "\"images\":[{\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}],"
        + "\"audio\":{\"data\":\"AAAA\",\"transcript\":\"hi there\"}},\"finish_reason\":\"length\"}],"
        + "\"usage\":{\"cost\":{\"total_cost\":0.01,\"currency\":\"USD\"},\"is_byok\":true,"
        + "\"cost_details\":{\"upstream_inference_cost\":0.2}}}",
    "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"one two three four\"}}]}\r\n\r\n"
        + ": ping\r\nid: 1\r\nretry: 3\r\ndata: {\"choices\":[{\"index\":0,\"delta\":{},"
        + "\"finish_reason\":\"stop\"}]}\r\n\r\ndata: [DONE]\r\n\r\n",
    """
    data: {"choices":[{"text":"one two three four ","logprobs":null}]}
    data: {"choices":[{"text":"five","finish_reason":"stop"}],"usage":null}
    """,
  };

  private static final int MESSAGES = 1;
  private static final int RESPONSES = 2;
  private static final int GEMINI = 3;

  /** Answers in the APIs other than chat, and the ways of asking that they answer. */
  private static final Map<String, List<Integer>> OTHERS =
      Map.of(
          """
          {"id":"msg_1","type":"message","role":"assistant","model":"a","content":[\
          {"type":"thinking","thinking":"so it is","signature":"c2ln"},\
          {"type":"text","text":"one two three four","citations":[{"cited_text":"one two"}]},\
          {"type":"tool_use","id":"t","name":"f","input":{"a":[1,true],"longer":"x"}}],\
          "stop_reason":"end_turn","usage":{"input_tokens":5,"cache_read_input_tokens":2,\
          "cache_creation":{"ephemeral_5m_input_tokens":1},"output_tokens":9,\
          "server_tool_use":{"web_search_requests":1},"service_tier":"standard"}}\
          """,
          List.of(MESSAGES, 6, 7),
          """
          event: message_start
          data: {"type":"message_start","message":{"id":"msg_1","usage":{"input_tokens":5,"output_tokens":1}}}

          event: content_block_start
          data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

          event: content_block_delta
          data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"one two three four"}}

          event: content_block_delta
          data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}}

          event: message_delta
          data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":9}}

          event: error
          data: {"type":"error","error":{"type":"overloaded_error","message":"no"}}

          event: message_stop
          data: {"type":"message_stop"}

          """,
          List.of(MESSAGES, 6, 7),
          """
          {"id":"resp_1","object":"response","status":"incomplete","error":null,"output":[\
          {"type":"reasoning","summary":[{"type":"summary_text","text":"so it is"}],"encrypted_content":"AA"},\
          {"type":"message","content":[{"type":"output_text","text":"one two three four","annotations":[]}]},\
          {"type":"function_call","name":"f","arguments":"{}"},{"type":"web_search_call","action":{"query":"x"}},\
          {"type":"image_generation_call","result":"AAAA"}],"usage":{"input_tokens":5,"output_tokens":9,\
          "output_tokens_details":{"reasoning_tokens":4}},"incomplete_details":{"reason":"max_output_tokens"}}\
          """,
          List.of(RESPONSES),
          """
          event: response.created
          data: {"type":"response.created","response":{"id":"resp_1","status":"in_progress"}}

          data: {"type":"response.output_text.delta","item_id":"m","delta":"one two three four"}

          data: {"type":"response.output_item.done","item":{"type":"message","content":[{"text":"one two"}]}}

          data: {"type":"response.failed","response":{"status":"failed","error":{"message":"no"},"usage":null}}

          data: {"type":"response.completed","response":{"usage":{"input_tokens":5,"output_tokens":9}}}

          data: {"type":"ping"}

          """,
          List.of(RESPONSES),
          """
          {"candidates":[{"content":{"parts":[{"text":"one two three four"},{"thought":true,"text":"so"},\
          {"functionCall":{"name":"f","args":{"a":[1],"longer":2}}},{"inlineData":{"data":"AAAA"}}]},\
          "finishReason":"MAX_TOKENS","groundingMetadata":{"webSearchQueries":["x"]}}],"usageMetadata":\
          {"promptTokenCount":5,"candidatesTokenCount":9,"thoughtsTokenCount":4,"totalTokenCount":18}}\
          """,
          List.of(GEMINI),
          """
          data: {"candidates":[{"content":{"parts":[{"text":"one two three four"}]}}],"usageMetadata":{}}

          data: {"error":{"code":429,"message":"no","status":"RESOURCE_EXHAUSTED"}}

          data: {"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5}}

          """,
          List.of(GEMINI));

  private static final String[] REQUESTS = {
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"},"
        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\",\"detail\":\"low\"}},"
        + "{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}]}],\"stream\":false,\"n\":2,"
        + "\"max_tokens\":5,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"
        + "\"web_search_options\":{},\"service_tier\":\"auto\",\"user\":\"u\"}",
    "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"],\"best_of\":3,\"echo\":true,\"suffix\":\"c\","
        + "\"max_tokens\":5,\"stream_options\":{\"include_usage\":true}}",
    "{\"model\":\"m\",\"input\":[[1,2,3],\"text\"],\"encoding_format\":\"base64\"}",
    "{\"model\":\"m\",\"input\":[{\"type\":\"text\",\"text\":\"bad\"}]}",
    "{\"model\":\"m\",\"max_tokens\":5,\"system\":[{\"type\":\"text\",\"text\":\"x\"}],\"messages\":["
        + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\",\"cache_control\":"
        + "{\"type\":\"ephemeral\"}},{\"type\":\"image\",\"source\":{\"type\":\"base64\","
        + "\"media_type\":\"image/png\",\"data\":\"AAAA\"}}]},{\"role\":\"assistant\",\"content\":["
        + "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"a\":1}}]},{\"role\":\"user\","
        + "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"x\"}]}],"
        + "\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],\"stop_sequences\":[\"x\"],"
        + "\"tool_choice\":{\"type\":\"any\"},\"thinking\":{\"type\":\"disabled\"}}",
    "{\"model\":\"m\",\"max_output_tokens\":16,\"instructions\":\"x\",\"input\":[{\"role\":\"user\","
        + "\"content\":[{\"type\":\"input_text\",\"text\":\"Hi\"}]},{\"type\":\"function_call\","
        + "\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_call_output\","
        + "\"call_id\":\"c\",\"output\":\"x\"}],\"tools\":[{\"type\":\"function\",\"name\":\"f\","
        + "\"parameters\":{}}],\"text\":{\"format\":{\"type\":\"text\"}},\"store\":false}",
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"},{\"inlineData\":{\"mimeType\":"
        + "\"image/png\",\"data\":\"AAAA\"}}]}],\"systemInstruction\":{\"parts\":[{\"text\":\"x\"}]},"
        + "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}],\"generationConfig\":"
        + "{\"maxOutputTokens\":5,\"thinkingConfig\":{\"thinkingBudget\":0}}}",
    "{\"model\":\"a\",\"query\":\"x\",\"documents\":[\"one\",{\"text\":\"two\"}],\"top_n\":1}",
  };

  private FuzzSeeds() {}

  /** All of them. */
  static List<byte[]> all() throws IOException {
    var all = new ArrayList<byte[]>();
    var bodies = new ArrayList<byte[]>();
    for (var file : FILES) {
      try (InputStream in = FuzzSeeds.class.getResourceAsStream("providers/" + file)) {
        bodies.add(Objects.requireNonNull(in, file).readNBytes(MOST_BYTES));
      }
    }
    for (var body : BODIES) {
      bodies.add(body.getBytes(StandardCharsets.UTF_8));
    }
    for (var shape : UsageShape.values()) {
      var usage = shape.object(shape.told(Used.any(new Random(7))));
      bodies.add(("{\"choices\":[],\"usage\":" + usage + "}").getBytes(StandardCharsets.UTF_8));
    }
    for (var body : bodies) {
      boolean events = body[0] == 'd' || body[0] == 'e';
      for (int how = events ? 1 : 0; how < 8; how += events ? 2 : 1) {
        all.add(input(how, (events ? 1 : 0) | (how * 5 & 0xC), body));
      }
    }
    OTHERS.forEach(
        (body, ways) -> {
          int stream = body.startsWith("{") ? 0 : 1;
          for (int way : ways) {
            for (int how = stream; how < 4; how += 2) {
              all.add(input(way << 3 | how, stream | 0xC, body.getBytes(StandardCharsets.UTF_8)));
            }
          }
        });
    for (int way : new int[] {4, 5}) {
      for (var body : BODIES) {
        int stream = body.startsWith("data") ? 1 : 0;
        all.add(input(way << 3 | stream, stream | 0xC, body.getBytes(StandardCharsets.UTF_8)));
      }
    }
    // One document under the type of a stream, which tells what was used and nothing else.
    all.add(input(0, 1, bodies.getLast()));
    for (int i = 0; i < REQUESTS.length; i++) {
      all.add(input(0xC0 | i, 0, REQUESTS[i].getBytes(StandardCharsets.UTF_8)));
    }
    return all;
  }

  private static byte[] input(int how, int kind, byte[] body) {
    var input = new ByteArrayOutputStream();
    input.write(how);
    input.write(kind);
    input.writeBytes(body);
    return input.toByteArray();
  }

  /** Writes them to a folder, a file each. */
  static void writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    int number = 0;
    for (var seed : all()) {
      Files.write(folder.resolve("seed" + number++), seed);
    }
  }
}
