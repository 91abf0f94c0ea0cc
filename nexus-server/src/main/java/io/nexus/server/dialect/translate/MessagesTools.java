package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Translates the tools of Anthropic's API to those of a chat. */
final class MessagesTools {

  /**
   * The beginnings of the types of tools that run at the provider. They are omitted if there are
   * tools of the client.
   */
  private static final List<String> AT_PROVIDER =
      List.of("web_search_", "web_fetch_", "code_execution_", "tool_search_", "advisor_");

  private final Wording wording;

  MessagesTools(Wording wording) {
    this.wording = wording;
  }

  /** Writes the tools, and which of them must be called. */
  void say(Fields fields, ObjectNode chat) {
    var tools = Tree.array();
    var omitted = new LinkedHashMap<String, String>();
    int i = 0;
    for (var tool : fields.list("tools")) {
      var at = "tools[" + i++ + "]";
      var type = Tree.textAt(tool, "type");
      if (AT_PROVIDER.stream().anyMatch(type::startsWith)) {
        omitted.put(Tree.textAt(tool, "name"), at);
      } else {
        tools.add(tool(tool, at));
      }
    }
    if (!omitted.isEmpty() && tools.isEmpty()) {
      throw wording.refusal(omitted.values().iterator().next());
    }
    omitted.values().forEach(wording::omit);
    if (!tools.isEmpty()) {
      chat.set("tools", tools);
    }
    var choice = fields.within("tool_choice");
    if (choice != null) {
      choice(choice, chat, omitted.keySet());
    }
  }

  private ObjectNode tool(JsonNode node, String at) {
    var tool = Fields.of(wording, node, at);
    if (!tool.text("type", "custom").equals("custom")) {
      throw tool.refusal("type");
    }
    var function = Tree.object("name", tool.text("name"));
    tool.copy("description", function, "description");
    tool.copy("input_schema", function, "parameters");
    tool.copy("strict", function, "strict");
    tool.hints(
        "cache_control",
        "eager_input_streaming",
        "defer_loading",
        "input_examples",
        "allowed_callers");
    tool.end();
    return Tree.object("type", "function").set("function", function);
  }

  private static void choice(Fields choice, ObjectNode chat, Set<String> omitted) {
    var type = choice.text("type");
    switch (type) {
      case "auto", "none" -> chat.put("tool_choice", type);
      case "any" -> chat.put("tool_choice", "required");
      case "tool" -> {
        var name = choice.text("name");
        if (omitted.contains(name)) {
          throw choice.refusal("name");
        }
        chat.set(
            "tool_choice",
            Tree.object("type", "function").set("function", Tree.object("name", name)));
      }
      default -> throw choice.refusal("type");
    }
    if (choice.flag("disable_parallel_tool_use")) {
      chat.put("parallel_tool_calls", false);
    }
    choice.end();
  }
}
