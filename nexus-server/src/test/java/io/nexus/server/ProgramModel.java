package io.nexus.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.mock.Api;
import io.nexus.server.mock.Speech;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The model that real programs talk to, in a process of its own that {@code
 * src/test/clients/run.sh} and {@code llmprobe.sh} start: it answers a prompt with a sentence,
 * calls the shell tool that it is offered when it is asked to "use the tool", and says what the
 * tool said.
 *
 * <p>{@code GET /bill} tells in dollars what it has billed at $3 and $15. {@code local-model} costs
 * nothing, and {@code GET /local} tells how often it was asked.
 */
final class ProgramModel {

  private static final UpstreamUsage NONE = UpstreamUsage.of(0, 0);
  private static final String GREETING = "Hello from upstream";
  private static final String COMMAND = "echo nexus-tool-ran";
  private static final String LOCAL = "local-model";
  private static final long CALL_TOKENS = 20;
  private static final List<String> SHELLS =
      List.of(
          "bash", "shell", "exec_command", "run_shell_command", "run_commands", "execute_command");

  private final Upstream upstream;

  private ProgramModel(int port) throws IOException {
    upstream =
        Upstream.start(port, this::reply)
            .models("mock-gpt")
            .price(Prices.of("3", "15"))
            .price(LOCAL, Prices.FREE);
  }

  /**
   * Serves until the process is ended.
   *
   * @param arguments the port, or none for a free one
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var model = new ProgramModel(arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]));
    System.out.println("http://127.0.0.1:" + model.upstream.port());
    new CountDownLatch(1).await();
  }

  private UpstreamReply reply(UpstreamRequest request) {
    var path = request.path().split("\\?", 2)[0];
    long tokens = Math.max(1, Math.round(request.text().length() / 4.0));
    if (request.method().equals("GET")) {
      return switch (path) {
        case "/bill" -> free(usd());
        case "/local" -> free("" + upstream.chats().stream().filter(ProgramModel::isLocal).count());
        default -> refuse(request, 404, "There is nothing here");
      };
    }
    if (path.endsWith("/count_tokens")) {
      return free("{\"input_tokens\":" + tokens + "}");
    }
    if (path.endsWith(":countTokens")) {
      return free("{\"totalTokens\":" + tokens + "}");
    }
    var wrong = wrong(request);
    if (wrong.isPresent()) {
      return refuse(request, 400, wrong.get());
    }
    if (request.api() != Api.GEMINI && !request.model().matches("mock.*|" + LOCAL)) {
      return refuse(request, 404, "There is no model " + request.model());
    }
    return request.api() == Api.EMBEDDINGS
        ? Speech.of(List.of(), false, UpstreamUsage.of(tokens, 0)).to(request)
        : said(ProgramTurn.of(request), tokens).to(request);
  }

  private static boolean isLocal(UpstreamRequest request) {
    return request.model().equals(LOCAL);
  }

  private String usd() {
    return BigDecimal.valueOf(upstream.billNanos(), 9).stripTrailingZeros().toPlainString();
  }

  /** The error of a request, as the message of its refusal. */
  private static Optional<String> wrong(UpstreamRequest request) {
    var needed =
        switch (request.api()) {
          case CHAT -> List.of("model", "messages");
          case MESSAGES -> List.of("model", "messages", "max_tokens");
          case RESPONSES, EMBEDDINGS -> List.of("model", "input");
          case COMPLETIONS -> List.of("model", "prompt");
          case GEMINI -> List.of("contents");
        };
    return needed.stream()
        .filter(field -> !isRight(field, request.json().path(field)))
        .map(field -> field + ": is missing, or of another kind")
        .findFirst();
  }

  private static boolean isRight(String field, JsonNode value) {
    return switch (field) {
      case "model" -> value.isTextual();
      case "max_tokens" -> value.isIntegralNumber();
      case "messages", "contents" -> value.isArray() && !value.isEmpty();
      default -> value.isTextual() || (value.isArray() && !value.isEmpty());
    };
  }

  private static UpstreamReply free(String body) {
    return UpstreamReply.json(200, body, NONE);
  }

  private static UpstreamReply refuse(UpstreamRequest request, int status, String message) {
    var type = status == 404 ? "not_found_error" : "invalid_request_error";
    var code = status == 404 ? "\"model_not_found\"" : "null";
    var said = JsonNodeFactory.instance.textNode(message);
    var form =
        request.api() == Api.MESSAGES
            ? "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":%s}}"
            : "{\"error\":{\"type\":\"%s\",\"message\":%s,\"param\":null,\"code\":%s}}";
    return UpstreamReply.refuse(status, form.formatted(type, said, code));
  }

  /** A text no longer than its limit, or a call. */
  private static Speech said(ProgramTurn turn, long prompt) {
    if (turn.result().isPresent()) {
      var result = turn.result().get().strip().replaceAll("\\s+", " ");
      return text("The tool said: " + result, Long.MAX_VALUE, prompt);
    }
    var tool = turn.called(ProgramModel::isShell);
    if (tool.isPresent()) {
      var called = tool.get();
      var arguments = isShell(called) ? shell(called.schema()) : value(called.schema());
      return Speech.call(
          called.name(), arguments.toString(), UpstreamUsage.of(prompt, CALL_TOKENS));
    }
    return turn.format().isMissingNode()
        ? text(GREETING, turn.most(), prompt)
        : text(value(turn.format()).toString(), Long.MAX_VALUE, prompt);
  }

  private static boolean isShell(ProgramTurn.Tool tool) {
    return SHELLS.contains(tool.name().toLowerCase(Locale.ROOT));
  }

  private static Speech text(String text, long most, long prompt) {
    var words = List.of(text.split("(?<= )", -1));
    var kept = words.subList(0, (int) Math.min(words.size(), most));
    return Speech.of(
        List.copyOf(kept), kept.size() < words.size(), UpstreamUsage.of(prompt, kept.size()));
  }

  /** Arguments of a shell tool that has it say something, by the tool's schema. */
  private static JsonNode shell(JsonNode schema) {
    var arguments = JsonNodeFactory.instance.objectNode();
    var required = new ArrayList<>(List.of("command", "cmd", "commands"));
    schema.path("required").forEach(name -> required.add(name.asText()));
    for (var field : schema.path("properties").properties()) {
      boolean isCommand = required.indexOf(field.getKey()) < 3;
      if (!required.contains(field.getKey())) {
        continue;
      }
      switch (type(field.getValue())) {
        case "array" -> arguments.putArray(field.getKey()).add(COMMAND);
        case "boolean" -> arguments.put(field.getKey(), false);
        case "number", "integer" -> arguments.put(field.getKey(), 10_000);
        default -> arguments.put(field.getKey(), isCommand ? COMMAND : "Says it");
      }
    }
    return arguments;
  }

  /** A value of a JSON schema. */
  private static JsonNode value(JsonNode schema) {
    var nodes = JsonNodeFactory.instance;
    if (schema.has("enum")) {
      return schema.at("/enum/0");
    }
    return switch (type(schema)) {
      case "object" -> {
        ObjectNode object = nodes.objectNode();
        schema
            .path("properties")
            .properties()
            .forEach(field -> object.set(field.getKey(), value(field.getValue())));
        yield object;
      }
      case "array" -> nodes.arrayNode();
      case "boolean" -> nodes.booleanNode(true);
      case "number", "integer" -> nodes.numberNode(21);
      default -> nodes.textNode("Paris");
    };
  }

  private static String type(JsonNode schema) {
    return schema.path("type").asText(schema.at("/anyOf/0/type").asText()).toLowerCase(Locale.ROOT);
  }
}
