package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.routing.Api;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Translates OpenAI's chat completions to Anthropic's messages. */
final class ChatOverMessages implements Translation {

  /** The output limit for models of unknown limit; the API requires one. */
  private static final long USUAL_MAX_TOKENS = 4096;

  private final InstantSource clock;

  /**
   * The translation.
   *
   * @param clock gives the time of a completion
   */
  ChatOverMessages(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Api from() {
    return Api.CHAT;
  }

  @Override
  public Api to() {
    return Api.MESSAGES;
  }

  @Override
  public Said say(ObjectNode request, Target target, Wording wording) {
    var fields = Fields.of(wording, request, "");
    var said = Tree.object("model", fields.text("model"));
    limit(fields, said, target);
    var messages = new ChatInMessages(wording);
    var all = messages.all(fields.list("messages"));
    if (!messages.system().isEmpty()) {
      said.set("system", messages.system());
    }
    said.set("messages", all);
    temperature(fields, said);
    fields.copy("top_p", said, "top_p");
    fields.copy("top_k", said, "top_k");
    ChatHints.stop(fields, said, "stop_sequences");
    tools(wording, fields, said);
    format(fields.within("response_format"), said);
    thinking(wording, fields, said);
    user(fields, said);
    boolean stream = fields.flag("stream");
    if (stream) {
      said.put("stream", true);
    }
    boolean usageWanted = ChatHints.usageWanted(fields.within("stream_options"));
    ChatHints.take(fields);
    ChatHints.noPenalties(fields);
    fields.end();
    return new Said("", said, wording.omitted(), new Way(usageWanted, clock));
  }

  private static void limit(Fields fields, ObjectNode said, Target target) {
    var older = fields.take("max_tokens");
    var newer = fields.take("max_completion_tokens");
    var limit = newer == null ? older : newer;
    if (limit != null && limit.asLong() > 0) {
      said.set("max_tokens", limit);
    } else {
      said.put(
          "max_tokens", target.longestOutput() > 0 ? target.longestOutput() : USUAL_MAX_TOKENS);
    }
  }

  /** Chat's temperatures reach to 2, and this API's to 1. */
  private static void temperature(Fields fields, ObjectNode said) {
    var temperature = fields.take("temperature");
    if (temperature == null) {
      return;
    }
    boolean isTooHigh = temperature.isNumber() && temperature.doubleValue() > 1;
    if (isTooHigh) {
      said.put("temperature", 1);
      fields.omit("temperature");
    } else {
      said.set("temperature", temperature);
    }
  }

  private static void tools(Wording wording, Fields fields, ObjectNode said) {
    var tools = Tree.array();
    int i = 0;
    for (var each : fields.list("tools")) {
      tools.add(tool(Fields.of(wording, each, "tools[" + i++ + "]")));
    }
    var choice = choice(fields.take("tool_choice"), wording);
    var parallel = fields.take("parallel_tool_calls");
    if (tools.isEmpty()) {
      return;
    }
    said.set("tools", tools);
    if (parallel != null && !parallel.asBoolean(true)) {
      choice = choice == null ? Tree.object("type", "auto") : choice;
      choice.put("disable_parallel_tool_use", true);
    }
    if (choice != null) {
      said.set("tool_choice", choice);
    }
  }

  private static ObjectNode tool(Fields tool) {
    var function = ChatHints.function(tool);
    var said = Tree.object("name", function.text("name"));
    function.copy("description", said, "description");
    var schema = function.take("parameters");
    said.set("input_schema", schema == null ? Tree.object("type", "object") : schema);
    var strict = function.take("strict");
    if (strict != null && strict.asBoolean()) {
      said.put("strict", true);
    }
    function.end();
    tool.copy("cache_control", said, "cache_control");
    tool.end();
    return said;
  }

  private static @Nullable ObjectNode choice(@Nullable JsonNode choice, Wording wording) {
    if (choice == null) {
      return null;
    }
    if (choice.isTextual()) {
      return switch (choice.textValue()) {
        case "auto", "none" -> Tree.object("type", choice.textValue());
        case "required" -> Tree.object("type", "any");
        default -> throw wording.refusal("tool_choice");
      };
    }
    var function = Tree.textAt(choice.path("function"), "name");
    if (function.isEmpty()) {
      throw wording.refusal("tool_choice.type");
    }
    return Tree.object("type", "tool").put("name", function);
  }

  /** Translates the response format: JSON requires a schema. */
  private static void format(@Nullable Fields format, ObjectNode said) {
    if (format == null) {
      return;
    }
    switch (format.text("type")) {
      case "text" -> {}
      case "json_schema" -> {
        var schema = format.take("json_schema");
        var output = Tree.object("type", "json_schema");
        output.set("schema", schema == null ? Tree.object() : schema.path("schema"));
        said.set("output_config", Tree.object().set("format", output));
      }
      default -> throw format.refusal("type");
    }
    format.end();
  }

  /**
   * Translates the amount of reasoning: the provider's own field takes precedence, and an effort is
   * a hint.
   */
  private static void thinking(Wording wording, Fields fields, ObjectNode said) {
    fields.copy("thinking", said, "thinking");
    var reasoning = fields.within("reasoning");
    if (reasoning != null) {
      var budget = reasoning.take("max_tokens");
      if (budget != null) {
        said.set("thinking", Tree.object("type", "enabled").set("budget_tokens", budget));
      }
      reasoning.hints("effort", "exclude", "enabled", "summary");
      reasoning.end();
    }
    if (fields.take("reasoning_effort") != null) {
      wording.omit("reasoning_effort");
    }
  }

  private static void user(Fields fields, ObjectNode said) {
    var user = fields.text("safety_identifier", fields.text("user", ""));
    fields.hints("user");
    if (!user.isEmpty()) {
      said.set("metadata", Tree.object("user_id", user));
    }
  }

  private record Way(boolean usageWanted, InstantSource clock) implements Back {

    @Override
    public ObjectNode answer(ObjectNode answer) {
      return MessageCompletion.of(answer, clock.instant().getEpochSecond());
    }

    @Override
    public EventTranslation events(long inputTokens) {
      return new MessageChunks(usageWanted, clock.instant().getEpochSecond());
    }
  }
}
