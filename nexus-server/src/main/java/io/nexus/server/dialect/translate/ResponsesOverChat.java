package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.routing.Api;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates OpenAI's responses to chat completions. */
final class ResponsesOverChat implements Translation {

  private static final Set<String> COMMON_EFFORTS = Set.of("low", "medium", "high");

  private final InstantSource clock;

  /**
   * The translation.
   *
   * @param clock gives the time of a response
   */
  ResponsesOverChat(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Api from() {
    return Api.RESPONSES;
  }

  @Override
  public Api to() {
    return Api.CHAT;
  }

  @Override
  public Said say(ObjectNode request, Target target, Wording wording) {
    boolean thinks = target.thinks();
    var fields = Fields.of(wording, request, "");
    var chat = Tree.object("model", fields.text("model"));
    var tools = new ResponsesTools(wording);
    var input = new ResponsesInChat(wording, target.hearsSystem());
    var offered = fields.take("tools");
    tools.offer(offered, fields.take("tool_choice"), chat);
    chat.set("messages", input.all(fields.text("instructions", ""), fields.take("input")));
    fields.copy("max_output_tokens", chat, "max_tokens");
    fields.copy("temperature", chat, "temperature");
    fields.copy("top_p", chat, "top_p");
    if (chat.has("tools") && Boolean.FALSE.equals(flag(fields, "parallel_tool_calls"))) {
      chat.put("parallel_tool_calls", false);
    }
    stream(fields, chat);
    boolean summary = reasoning(fields.within("reasoning"), chat, thinks);
    text(fields.within("text"), chat);
    included(fields);
    fields.only("background", BooleanNode.FALSE);
    fields.only("top_logprobs", IntNode.valueOf(0));
    fields.hints(
        "store",
        "metadata",
        "user",
        "safety_identifier",
        "prompt_cache_key",
        "prompt_cache_retention",
        "prompt_cache_options",
        "service_tier",
        "truncation",
        "client_metadata",
        "max_tool_calls",
        "context_management");
    fields.end();
    wording.named("reasoning_effort", "reasoning.effort");
    wording.named("response_format", "text.format");
    wording.named("messages", "input");
    var way = new Way(new ResponseHead(request, clock), tools, summary);
    return new Said("", chat, wording.omitted(), way);
  }

  private static @Nullable Boolean flag(Fields fields, String name) {
    var value = fields.take(name);
    return value == null ? null : value.booleanValue();
  }

  private static void stream(Fields fields, ObjectNode chat) {
    if (fields.flag("stream")) {
      chat.put("stream", true);
      chat.set("stream_options", Tree.object().put("include_usage", true));
    }
    fields.hints("stream_options");
  }

  /**
   * Translates the amount of reasoning; sets it only for models known to have reasoning.
   *
   * @return whether the client asks for a summary of the reasoning
   */
  private static boolean reasoning(@Nullable Fields reasoning, ObjectNode chat, boolean thinks) {
    if (reasoning == null) {
      return false;
    }
    var effort = reasoning.text("effort", "");
    if (!thinks && !effort.isEmpty()) {
      reasoning.omit("effort");
    }
    if (thinks && !effort.isEmpty() && !effort.equals("none")) {
      var least = effort.equals("minimal") ? "low" : "high";
      chat.put("reasoning_effort", COMMON_EFFORTS.contains(effort) ? effort : least);
    }
    var summary = reasoning.text("summary", "");
    var olderName = reasoning.text("generate_summary", "");
    reasoning.hints("context", "mode");
    reasoning.end();
    return !summary.isEmpty() || !olderName.isEmpty();
  }

  private static void text(@Nullable Fields text, ObjectNode chat) {
    if (text == null) {
      return;
    }
    var format = text.within("format");
    if (format != null) {
      format(format, chat);
    }
    text.hints("verbosity");
    text.end();
  }

  private static void format(Fields format, ObjectNode chat) {
    var type = format.text("type");
    switch (type) {
      case "text" -> {}
      case "json_object" -> chat.set("response_format", Tree.object("type", type));
      case "json_schema" -> {
        var schema = Tree.object("name", format.text("name"));
        format.copy("description", schema, "description");
        format.copy("schema", schema, "schema");
        format.copy("strict", schema, "strict");
        chat.set("response_format", Tree.object("type", type).set(type, schema));
      }
      default -> throw format.refusal("type");
    }
    format.end();
  }

  /**
   * Takes the further fields to include in the answer. Only the results of the provider's tools are
   * missing.
   */
  private static void included(Fields fields) {
    int i = 0;
    for (JsonNode each : fields.list("include")) {
      if (each.asText().endsWith("logprobs")) {
        throw fields.refusal("include[" + i + "]");
      }
      i++;
    }
  }

  private record Way(ResponseHead head, ResponsesTools tools, boolean summary) implements Back {

    @Override
    public ObjectNode answer(ObjectNode answer) {
      return new ResponseAnswer(head, tools, summary).of(answer);
    }

    @Override
    public EventTranslation events(long inputTokens) {
      return new ResponseEventTranslation(head, tools, summary);
    }
  }
}
