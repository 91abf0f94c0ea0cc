package io.nexus.bench.load;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.mock.Api;
import java.util.Random;

/**
 * A request as coding agents send it: instructions, tools with schemas, and a conversation in which
 * the agent reads files. The text is invented source code; only the last file is a new one each
 * time.
 */
final class AgentRequest {

  /** Stands in the last file once; the generator writes another number there for each request. */
  static final String NUMBER = "0000000000000000";

  private static final int MAX_TOKENS = 256;
  private static final int TOOLS = 16;
  private static final int PROPERTIES = 6;
  private static final int LINES_OF_INSTRUCTIONS = 60;
  private static final int LINES_OF_A_FILE = 40;
  private static final String[] VERBS =
      "get set make read write parse count hold settle route open close find send".split(" ", -1);
  private static final String[] NOUNS =
      "stream token budget ledger cache entry index value name list map file path line body limit price"
          .split(" ", -1);
  private static final JsonMapper JSON = new JsonMapper();

  private final Random random = new Random(1);
  private final Api api;
  private final ObjectNode request = JSON.createObjectNode();

  private AgentRequest(Api api) {
    this.api = api;
  }

  /**
   * The body.
   *
   * @param api messages or responses
   * @param bytes its size, which it exceeds by two files at most
   */
  static String body(Api api, int bytes) {
    return new AgentRequest(api).body(bytes);
  }

  private String body(int bytes) {
    boolean messages = api == Api.MESSAGES;
    request.put("model", messages ? MockReply.MESSAGES_MODEL : MockReply.MODEL);
    request.put(messages ? "max_tokens" : "max_output_tokens", MAX_TOKENS);
    if (messages) {
      request.putArray("system").add(text("text", code(LINES_OF_INSTRUCTIONS)));
    } else {
      request.put("store", false).put("instructions", code(LINES_OF_INSTRUCTIONS));
    }
    var tools = request.putArray("tools");
    for (int i = 0; i < TOOLS; i++) {
      tools.add(tool("tool_" + i));
    }
    var turns = request.putArray(messages ? "messages" : "input");
    turns.add(turn("user", text(messages ? "text" : "input_text", "Mend the test.\n" + code(4))));
    long size = request.toString().length();
    for (int i = 0; size < bytes; i++) {
      int before = turns.size();
      read(turns, "call_" + i, code(LINES_OF_A_FILE));
      for (int added = before; added < turns.size(); added++) {
        size += turns.get(added).toString().length();
      }
    }
    read(turns, "call_last", "version " + NUMBER + "\n" + code(LINES_OF_A_FILE));
    return request.toString();
  }

  private ObjectNode tool(String name) {
    var tool = JSON.createObjectNode().put("name", name).put("description", code(6));
    if (api == Api.RESPONSES) {
      tool.put("type", "function").put("strict", false);
    }
    var schema = tool.putObject(api == Api.MESSAGES ? "input_schema" : "parameters");
    var properties = schema.put("type", "object").putObject("properties");
    for (int i = 0; i < PROPERTIES; i++) {
      properties.putObject(name()).put("type", "string").put("description", line());
    }
    return tool;
  }

  /** The agent reads a file. */
  private void read(ArrayNode turns, String call, String file) {
    var path = "src/main/java/" + name() + ".java";
    if (api == Api.MESSAGES) {
      var use = JSON.createObjectNode().put("type", "tool_use").put("id", call);
      use.put("name", "tool_1").putObject("input").put("file_path", path);
      turns.add(turn("assistant", use));
      turns.add(
          turn(
              "user",
              JSON.createObjectNode()
                  .put("type", "tool_result")
                  .put("tool_use_id", call)
                  .put("content", file)));
    } else {
      turns
          .addObject()
          .put("type", "function_call")
          .put("call_id", call)
          .put("name", "tool_1")
          .put("arguments", JSON.createObjectNode().put("file_path", path).toString());
      turns
          .addObject()
          .put("type", "function_call_output")
          .put("call_id", call)
          .put("output", file);
    }
  }

  private static ObjectNode turn(String role, ObjectNode part) {
    var turn = JSON.createObjectNode().put("role", role);
    turn.putArray("content").add(part);
    return turn;
  }

  private static ObjectNode text(String type, String text) {
    return JSON.createObjectNode().put("type", type).put("text", text);
  }

  private String code(int lines) {
    var text = new StringBuilder();
    for (int i = 1; i <= lines; i++) {
      text.append(i).append('\t').append(line()).append('\n');
    }
    return text.toString();
  }

  private String line() {
    return switch (random.nextInt(4)) {
      case 0 -> "    var %s = %s.%s(%d);".formatted(name(), name(), name(), random.nextInt(1_000));
      case 1 -> "    if (%s.%s() > %s) {".formatted(name(), name(), name());
      case 2 ->
          "  /** The %s of a %s, in %s, or \"%s\". */".formatted(noun(), noun(), noun(), name());
      default -> "    throw new IOException(\"the %s is not %s\");".formatted(noun(), name());
    };
  }

  private String name() {
    var noun = noun();
    return VERBS[random.nextInt(VERBS.length)]
        + Character.toUpperCase(noun.charAt(0))
        + noun.substring(1);
  }

  private String noun() {
    return NOUNS[random.nextInt(NOUNS.length)];
  }
}
