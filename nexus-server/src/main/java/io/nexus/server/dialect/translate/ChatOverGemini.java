package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.routing.Api;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Translates OpenAI's chat completions to Google's generateContent. */
final class ChatOverGemini implements Translation {

  /**
   * The least and the greatest reasoning budget, in tokens, that all models of Gemini 2.5 accept.
   */
  private static final long LEAST_BUDGET = 512;

  private static final long LONGEST_BUDGET = 24_576;

  private final InstantSource clock;

  /**
   * The translation.
   *
   * @param clock gives the time of a completion
   */
  ChatOverGemini(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Api from() {
    return Api.CHAT;
  }

  @Override
  public Api to() {
    return Api.GEMINI;
  }

  @Override
  public Said say(ObjectNode request, Target target, Wording wording) {
    var fields = Fields.of(wording, request, "");
    var model = fields.text("model");
    var said = Tree.object();
    var contents = new ChatInContents(wording);
    var all = contents.all(fields.list("messages"));
    if (!contents.system().isEmpty()) {
      said.set("systemInstruction", Tree.object().set("parts", contents.system()));
    }
    said.set("contents", all);
    tools(wording, fields, said);
    var config = config(fields);
    format(fields.within("response_format"), config);
    thinking(fields, config, model, target.thinks());
    if (!config.isEmpty()) {
      said.set("generationConfig", config);
    }
    boolean stream = fields.flag("stream");
    boolean usageWanted = ChatHints.usageWanted(fields.within("stream_options"));
    fields.hints("parallel_tool_calls", "user", "safety_identifier");
    ChatHints.take(fields);
    fields.end();
    var verb = stream ? ":streamGenerateContent" : ":generateContent";
    return new Said(model + verb, said, wording.omitted(), new Way(usageWanted, clock));
  }

  private static ObjectNode config(Fields fields) {
    var config = Tree.object();
    for (var limit : new String[] {"max_tokens", "max_completion_tokens"}) {
      var value = fields.take(limit);
      if (value != null && value.asLong() > 0) { // -1 is no limit
        config.set("maxOutputTokens", value);
      }
    }
    fields.copy("temperature", config, "temperature");
    fields.copy("top_p", config, "topP");
    fields.copy("top_k", config, "topK");
    fields.copy("presence_penalty", config, "presencePenalty");
    fields.copy("frequency_penalty", config, "frequencyPenalty");
    fields.copy("seed", config, "seed");
    ChatHints.stop(fields, config, "stopSequences");
    return config;
  }

  /**
   * Translates the amount of reasoning, for models known to have it. It is a part of the output
   * limit, and omitted where it would leave nothing for the answer.
   */
  private static void thinking(Fields fields, ObjectNode config, String model, boolean thinks) {
    var effort = fields.text("reasoning_effort", "");
    long tokens = tokens(fields.within("reasoning"));
    if (tokens <= 0 && effort.isEmpty()) {
      return;
    }
    long budget =
        tokens > 0 ? Math.clamp(tokens, LEAST_BUDGET, LONGEST_BUDGET) : budget(effort, model);
    long limit = config.path("maxOutputTokens").asLong();
    if (!thinks || budget < 0 || (limit > 0 && budget >= limit)) {
      fields.omit(tokens > 0 ? "reasoning" : "reasoning_effort");
      return;
    }
    config.set(
        "thinkingConfig",
        Tree.object().put("thinkingBudget", budget).put("includeThoughts", budget > 0));
  }

  /** OpenRouter's number of tokens of reasoning; 0 if none. */
  private static long tokens(@Nullable Fields reasoning) {
    if (reasoning == null) {
      return 0;
    }
    var tokens = reasoning.take("max_tokens");
    reasoning.hints("effort", "exclude", "enabled", "summary");
    reasoning.end();
    return tokens == null ? 0 : tokens.asLong();
  }

  /**
   * The tokens of an effort; negative if the model has nothing like it.
   *
   * @see <a href="https://docs.litellm.ai/docs/providers/gemini">LiteLLM's figures</a>
   */
  private static long budget(String effort, String model) {
    return switch (effort) {
      case "none", "minimal" -> model.contains("2.5-flash") ? 0 : -1; // Others always think.
      case "low" -> 1024;
      case "medium" -> 2048;
      case "high", "xhigh" -> 4096;
      default -> -1;
    };
  }

  private static void format(@Nullable Fields format, ObjectNode config) {
    if (format == null) {
      return;
    }
    var type = format.text("type");
    switch (type) {
      case "text" -> {}
      case "json_object", "json_schema" -> {
        config.put("responseMimeType", "application/json");
        var schema = format.take("json_schema");
        if (schema != null) {
          config.set("responseJsonSchema", schema.path("schema"));
        }
      }
      default -> throw format.refusal("type");
    }
    format.end();
  }

  private static void tools(Wording wording, Fields fields, ObjectNode said) {
    var functions = Tree.array();
    var tools = fields.list("tools");
    for (int i = 0; i < tools.size(); i++) {
      functions.add(function(Fields.of(wording, tools.get(i), "tools[" + i + "]")));
    }
    var choice = choice(fields.take("tool_choice"), wording);
    if (functions.isEmpty()) {
      return;
    }
    said.set("tools", Tree.array().add(Tree.object().set("functionDeclarations", functions)));
    if (choice != null) {
      said.set("toolConfig", Tree.object().set("functionCallingConfig", choice));
    }
  }

  private static ObjectNode function(Fields tool) {
    var function = ChatHints.function(tool);
    var said = Tree.object("name", function.text("name"));
    function.copy("description", said, "description");
    function.copy("parameters", said, "parametersJsonSchema");
    function.hints("strict");
    function.end();
    tool.hints("cache_control");
    tool.end();
    return said;
  }

  private static @Nullable ObjectNode choice(@Nullable JsonNode choice, Wording wording) {
    if (choice == null) {
      return null;
    }
    if (choice.isTextual()) {
      return switch (choice.textValue()) {
        case "auto" -> Tree.object("mode", "AUTO");
        case "none" -> Tree.object("mode", "NONE");
        case "required" -> Tree.object("mode", "ANY");
        default -> throw wording.refusal("tool_choice");
      };
    }
    var name = Tree.textAt(choice.path("function"), "name");
    if (name.isEmpty()) {
      throw wording.refusal("tool_choice.type");
    }
    var one = Tree.object("mode", "ANY");
    one.set("allowedFunctionNames", Tree.array().add(name));
    return one;
  }

  private record Way(boolean usageWanted, InstantSource clock) implements Back {

    @Override
    public ObjectNode answer(ObjectNode answer) {
      return ContentCompletion.of(answer, clock.instant().getEpochSecond());
    }

    @Override
    public EventTranslation events(long inputTokens) {
      return new ContentChunks(usageWanted, clock.instant().getEpochSecond());
    }
  }
}
