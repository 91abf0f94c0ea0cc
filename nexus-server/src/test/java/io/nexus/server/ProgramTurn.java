package io.nexus.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.nexus.server.mock.UpstreamRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The content of a request, independent of its API.
 *
 * @param asked the user's last text
 * @param result what the tool said that was called, if that came last
 * @param tools what may be called
 * @param choice the tool to call, {@code any}, {@code none}, or empty
 * @param format the schema of what is to be written; missing for plain text
 * @param most how many words it may have
 */
record ProgramTurn(
    String asked,
    Optional<String> result,
    List<Tool> tools,
    String choice,
    JsonNode format,
    long most) {

  private static final JsonNode MISSING = MissingNode.getInstance();

  /** A function, and the schema of its arguments. */
  record Tool(String name, JsonNode schema) {}

  static ProgramTurn of(UpstreamRequest request) {
    var json = request.json();
    long most = request.outputLimit(Long.MAX_VALUE);
    return switch (request.api()) {
      case CHAT -> chat(json, most);
      case RESPONSES -> responses(json, most);
      case MESSAGES -> messages(json, most);
      case GEMINI -> gemini(json, most);
      case COMPLETIONS, EMBEDDINGS ->
          new ProgramTurn("", Optional.empty(), List.of(), "", MISSING, most);
    };
  }

  /** The tool that the model calls now: the required one, or a shell if the user asks for it. */
  Optional<Tool> called(Predicate<Tool> isShell) {
    var shell = tools.stream().filter(isShell).findFirst();
    if (shell.isPresent() && asked.contains("use the tool")) {
      return shell;
    }
    boolean isOfWeather =
        !choice.equals("none") && asked.toLowerCase(Locale.ROOT).contains("weather");
    return tools.stream()
        .filter(
            tool ->
                choice.equals("any")
                    || choice.equals(tool.name())
                    || (isOfWeather && tool.name().contains("weather")))
        .findFirst();
  }

  private static ProgramTurn chat(JsonNode json, long most) {
    var all = json.path("messages");
    var last = all.path(all.size() - 1);
    var choice = json.path("tool_choice");
    return new ProgramTurn(
        text(lastOfUser(all).path("content")),
        last.path("role").asText().equals("tool")
            ? Optional.of(text(last.path("content")))
            : Optional.empty(),
        tools(each(json.path("tools")).map(tool -> tool.path("function")), "parameters"),
        choice(choice.isObject() ? choice.at("/function/name") : choice),
        format(json.path("response_format"), "/json_schema/schema"),
        most);
  }

  private static ProgramTurn responses(JsonNode json, long most) {
    var input = json.path("input");
    var last = input.path(input.size() - 1);
    var choice = json.path("tool_choice");
    return new ProgramTurn(
        text(input.isTextual() ? input : lastOfUser(input).path("content")),
        last.path("type").asText().equals("function_call_output")
            ? Optional.of(text(last.path("output")))
            : Optional.empty(),
        tools(each(json.path("tools")), "parameters"),
        choice(choice.isObject() ? choice.path("name") : choice),
        format(json.at("/text/format"), "/schema"),
        most);
  }

  private static ProgramTurn messages(JsonNode json, long most) {
    var content = lastOfUser(json.path("messages")).path("content");
    var choice = json.path("tool_choice");
    return new ProgramTurn(
        text(content),
        each(content)
            .filter(block -> block.path("type").asText().equals("tool_result"))
            .map(block -> text(block.path("content")))
            .findFirst(),
        tools(each(json.path("tools")), "input_schema"),
        choice(choice.path(choice.has("name") ? "name" : "type")),
        json.at("/output_config/format/schema"),
        most);
  }

  private static ProgramTurn gemini(JsonNode json, long most) {
    var contents = json.path("contents");
    var parts = contents.path(contents.size() - 1).path("parts");
    var functions =
        each(json.path("tools")).flatMap(tool -> each(tool.path("functionDeclarations"))).toList();
    boolean isJsonSchema = functions.stream().anyMatch(each -> each.has("parametersJsonSchema"));
    return new ProgramTurn(
        text(parts),
        each(parts)
            .map(part -> part.at("/functionResponse/response"))
            .filter(JsonNode::isObject)
            .map(said -> said.has("output") ? said.path("output").asText() : said.toString())
            .findFirst(),
        tools(functions.stream(), isJsonSchema ? "parametersJsonSchema" : "parameters"),
        "",
        MISSING,
        most);
  }

  private static Stream<JsonNode> each(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static JsonNode lastOfUser(JsonNode all) {
    return each(all)
        .filter(message -> message.path("role").asText().equals("user"))
        .reduce(MISSING, (_, next) -> next);
  }

  /** A text, or those of its parts. */
  private static String text(JsonNode content) {
    return content.isTextual()
        ? content.asText()
        : each(content).map(part -> part.path("text").asText()).collect(Collectors.joining());
  }

  private static List<Tool> tools(Stream<JsonNode> functions, String schema) {
    return functions
        .filter(function -> function.has("name"))
        .map(function -> new Tool(function.path("name").asText(), function.path(schema)))
        .toList();
  }

  private static String choice(JsonNode choice) {
    return choice.asText().equals("required") ? "any" : choice.asText();
  }

  /** The schema that a format has, or one that any JSON fits. */
  private static JsonNode format(JsonNode format, String schema) {
    var any = JsonNodeFactory.instance.objectNode().put("type", "object");
    any.putObject("properties").putObject("ok").put("type", "boolean");
    return format.path("type").asText().equals("json_object") ? any : format.at(schema);
  }
}
