package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.nexus.control.routing.Api;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates Anthropic's messages to chat completions. */
final class MessagesOverChat implements Translation {

  /** Edits that drop parts of the context. A backend that ignores them keeps more context. */
  private static final Set<String> FORGETTING =
      Set.of("clear_thinking_20251015", "clear_tool_uses_20250919");

  @Override
  public Api from() {
    return Api.MESSAGES;
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
    var messages = new MessagesInChat(wording, target.hearsSystem());
    messages.system(fields.take("system"), "system");
    chat.set("messages", messages.all(fields.list("messages")));
    fields.copy("max_tokens", chat, "max_tokens");
    fields.copy("temperature", chat, "temperature");
    fields.copy("top_p", chat, "top_p");
    fields.copy("top_k", chat, "top_k");
    fields.copy("stop_sequences", chat, "stop");
    stream(fields, chat);
    new MessagesTools(wording).say(fields, chat);
    boolean showsThinking = thinking(fields, chat, target);
    output(fields.within("output_config"), fields, chat, thinks);
    forgetting(fields);
    fields.hints(
        "metadata",
        "cache_control",
        "service_tier",
        "speed",
        "betas",
        "anthropic_beta",
        "anthropic_version");
    fields.only("inference_geo", TextNode.valueOf("global"));
    fields.end();
    names(request, wording);
    return new Said("", chat, wording.omitted(), new Way(showsThinking));
  }

  private static void names(ObjectNode request, Wording wording) {
    boolean isEffort = request.path("output_config").path("effort").isTextual();
    wording.named("reasoning", "thinking");
    wording.named("reasoning_effort", isEffort ? "output_config.effort" : "thinking");
    wording.named(
        "response_format", request.has("output_format") ? "output_format" : "output_config.format");
    wording.named("stop", "stop_sequences");
  }

  /** Always requests usage, since the client's API always reports it. */
  private static void stream(Fields fields, ObjectNode chat) {
    if (fields.flag("stream")) {
      chat.put("stream", true);
      chat.set("stream_options", Tree.object().put("include_usage", true));
    }
  }

  /**
   * Translates the amount of reasoning; sets it only for models known to have reasoning, because
   * others refuse it or misbehave.
   *
   * @return whether the client wants to see the reasoning
   */
  private static boolean thinking(Fields fields, ObjectNode chat, Target target) {
    boolean thinks = target.thinks();
    var thinking = fields.within("thinking");
    if (thinking == null) {
      return false;
    }
    var type = thinking.text("type");
    boolean wanted = !type.equals("disabled");
    if (!thinks && wanted) {
      fields.omit("thinking");
    }
    if (thinks && !wanted) {
      chat.put("reasoning_effort", "low");
    }
    boolean shows = wanted && !thinking.text("display", "").equals("omitted");
    var budget = thinking.take("budget_tokens");
    if (thinks && budget != null && budget.isNumber()) {
      if (target.isFurther()) {
        chat.set("reasoning", Tree.object().set("max_tokens", budget));
      } else {
        chat.put("reasoning_effort", effortOf(budget.longValue()));
      }
    }
    thinking.end();
    return shows;
  }

  private static String effortOf(long budgetTokens) {
    return budgetTokens < 4096 ? "low" : budgetTokens < 16384 ? "medium" : "high";
  }

  /** The effort: as given, else computed from the budget. */
  private static void output(
      @Nullable Fields config, Fields fields, ObjectNode chat, boolean thinks) {
    var old = fields.within("output_format");
    if (old != null) {
      format(old, chat);
    }
    if (config == null) {
      return;
    }
    var effort = config.text("effort", "");
    if (!thinks && !effort.isEmpty()) {
      fields.omit("output_config.effort");
    }
    if (thinks && !effort.isEmpty()) {
      boolean isCommon = Set.of("low", "medium", "high").contains(effort);
      chat.put("reasoning_effort", isCommon ? effort : "high");
    }
    var format = config.within("format");
    if (format != null) {
      format(format, chat);
    }
    config.hints("task_budget");
    config.end();
  }

  private static void format(Fields format, ObjectNode chat) {
    if (!format.text("type").equals("json_schema")) {
      throw format.refusal("type");
    }
    var schema = Tree.object("name", format.text("name", "answer")).put("strict", true);
    format.copy("schema", schema, "schema");
    format.end();
    chat.set("response_format", Tree.object("type", "json_schema").set("json_schema", schema));
  }

  private static void forgetting(Fields fields) {
    var management = fields.within("context_management");
    if (management == null) {
      return;
    }
    int i = 0;
    for (JsonNode edit : management.list("edits")) {
      if (!FORGETTING.contains(Tree.textAt(edit, "type"))) {
        throw management.refusal("edits[" + i + "].type");
      }
      i++;
    }
    management.end();
  }

  private record Way(boolean showsThinking) implements Back {

    @Override
    public ObjectNode answer(ObjectNode answer) {
      return MessageAnswer.of(answer, showsThinking);
    }

    @Override
    public EventTranslation events(long inputTokens) {
      return new MessageEventTranslation(showsThinking, inputTokens);
    }
  }
}
