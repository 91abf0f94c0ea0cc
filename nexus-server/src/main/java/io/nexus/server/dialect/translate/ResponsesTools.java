package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Translates the tools of the Responses API to functions of a chat, and functions back to tools.
 *
 * <p>A custom tool becomes a function with one text, the local shell one with a command. Functions
 * of a namespace have its name as a prefix.
 */
final class ResponsesTools {

  static final String SHELL = "local_shell";

  /** The tools that run at the provider. They are omitted if there are others. */
  private static final Set<String> AT_PROVIDER =
      Set.of(
          "web_search",
          "web_search_preview",
          "web_search_2025_08_26",
          "web_search_preview_2025_03_11",
          "file_search",
          "code_interpreter",
          "image_generation",
          "mcp",
          "tool_search");

  /**
   * The tool behind a function.
   *
   * @param kind {@code function}, {@code custom} or {@code local_shell}
   * @param namespace its namespace; empty if none
   */
  record Tool(String kind, String namespace, String name) {}

  private final Wording wording;
  private final Map<String, Tool> known = new HashMap<>();

  ResponsesTools(Wording wording) {
    this.wording = wording;
  }

  /** The tool behind a function of the chat; a plain function if it was not offered. */
  Tool named(String function) {
    var tool = known.get(function);
    return tool == null ? new Tool("function", "", function) : tool;
  }

  /** The name of the function for a tool. */
  static String function(String namespace, String name) {
    return namespace.isEmpty() ? name : namespace + "__" + name;
  }

  /** Writes the tools, and which of them must be called. */
  void offer(@Nullable JsonNode offered, @Nullable JsonNode choice, ObjectNode chat) {
    var functions = new LinkedHashMap<String, ObjectNode>();
    var omitted = new LinkedHashMap<String, String>();
    if (offered != null) {
      for (int i = 0; i < offered.size(); i++) {
        offer(Fields.of(wording, offered.get(i), "tools[" + i + "]"), functions, omitted);
      }
    }
    if (functions.isEmpty() && !omitted.isEmpty()) {
      throw wording.refusal(omitted.values().iterator().next());
    }
    omitted.values().forEach(wording::omit);
    if (choice != null) {
      choose(choice, functions, chat);
    }
    if (!functions.isEmpty()) {
      chat.set("tools", Tree.array().addAll(functions.values()));
    } else {
      chat.remove("tool_choice");
    }
  }

  private void offer(Fields tool, Map<String, ObjectNode> functions, Map<String, String> omitted) {
    var type = tool.text("type");
    if (AT_PROVIDER.contains(type)) {
      omitted.put(type, tool.path());
      return;
    }
    switch (type) {
      case "function" -> function(tool, "", functions);
      case "custom" -> custom(tool, "", functions);
      case SHELL -> add(new Tool(SHELL, "", SHELL), shell(), functions);
      case "namespace" -> namespace(tool, functions);
      default -> throw tool.refusal("type");
    }
    tool.end();
  }

  private void namespace(Fields tool, Map<String, ObjectNode> functions) {
    var name = tool.text("name");
    var tools = tool.list("tools");
    for (int i = 0; i < tools.size(); i++) {
      var inner = Fields.of(wording, tools.get(i), tool.at("tools[" + i + "]"));
      switch (inner.text("type")) {
        case "function" -> function(inner, name, functions);
        case "custom" -> custom(inner, name, functions);
        default -> throw inner.refusal("type");
      }
      inner.end();
    }
    tool.hints("description");
  }

  private void function(Fields tool, String namespace, Map<String, ObjectNode> functions) {
    var function = Tree.object();
    tool.copy("description", function, "description");
    tool.copy("parameters", function, "parameters");
    tool.copy("strict", function, "strict");
    tool.hints("defer_loading", "output_schema", "allowed_callers");
    add(new Tool("function", namespace, tool.text("name")), function, functions);
  }

  private void custom(Fields tool, String namespace, Map<String, ObjectNode> functions) {
    var description = new StringBuilder(tool.text("description", ""));
    var format = tool.within("format");
    if (format != null) {
      if (format.text("type").equals("grammar")) {
        description
            .append(description.isEmpty() ? "" : "\n\n")
            .append("The input must follow this grammar (")
            .append(format.text("syntax", "lark"))
            .append("):\n")
            .append(format.text("definition"));
      }
      format.end();
    }
    var function = Tree.object("description", description.toString());
    function.set("parameters", parameters("input", Tree.object("type", "string")));
    tool.hints("defer_loading");
    add(new Tool("custom", namespace, tool.text("name")), function, functions);
  }

  private static ObjectNode shell() {
    var words = Tree.object("type", "array");
    words.set("items", Tree.object("type", "string"));
    var parameters = parameters("command", words);
    var properties = (ObjectNode) parameters.path("properties");
    properties.set("working_directory", Tree.object("type", "string"));
    properties.set("timeout_ms", Tree.object("type", "integer"));
    return Tree.object("description", "Runs a command on the user's machine.")
        .set("parameters", parameters);
  }

  private static ObjectNode parameters(String name, ObjectNode schema) {
    var parameters = Tree.object("type", "object");
    parameters.set("properties", Tree.object().set(name, schema));
    parameters.set("required", Tree.array().add(name));
    return parameters;
  }

  private void add(Tool tool, ObjectNode rest, Map<String, ObjectNode> functions) {
    var name = function(tool.namespace, tool.name);
    known.put(name, tool);
    var function = Tree.object("name", name);
    function.setAll(rest);
    functions.put(name, Tree.object("type", "function").set("function", function));
  }

  private void choose(JsonNode choice, Map<String, ObjectNode> functions, ObjectNode chat) {
    if (choice.isTextual()) {
      chat.set("tool_choice", choice);
      return;
    }
    var chosen = Fields.of(wording, choice, "tool_choice");
    var type = chosen.text("type");
    switch (type) {
      case "function", "custom" -> one(chosen, chosen.text("name"), functions, chat);
      case SHELL -> one(chosen, SHELL, functions, chat);
      case "allowed_tools" -> {
        chat.put("tool_choice", chosen.text("mode", "auto"));
        functions.keySet().retainAll(allowed(chosen.list("tools")));
      }
      default -> throw chosen.refusal("type");
    }
    chosen.end();
  }

  private static void one(
      Fields chosen, String name, Map<String, ObjectNode> functions, ObjectNode chat) {
    var function = function(chosen.text("namespace", ""), name);
    if (!functions.containsKey(function)) {
      throw Wording.wrong(chosen.at("name"), "the name of a tool that is offered");
    }
    chat.set(
        "tool_choice",
        Tree.object("type", "function").set("function", Tree.object("name", function)));
  }

  private static Set<String> allowed(ArrayNode tools) {
    var names = new HashSet<String>();
    for (var tool : tools) {
      var name = Tree.textAt(tool, "type").equals(SHELL) ? SHELL : Tree.textAt(tool, "name");
      names.add(function(Tree.textAt(tool, "namespace"), name));
    }
    return names;
  }
}
