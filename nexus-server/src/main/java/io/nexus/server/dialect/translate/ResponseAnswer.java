package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Translates a completion in one piece to a response.
 *
 * @param tools the tools behind its calls
 * @param summary whether reasoning is shown as a summary
 */
record ResponseAnswer(ResponseHead head, ResponsesTools tools, boolean summary) {

  ObjectNode of(ObjectNode completion) {
    var choice = ChatSays.choice(completion);
    var said = choice.path("message");
    var finish = Tree.textAt(choice, "finish_reason");
    var status = ResponseHead.status(finish);
    var response = head.response(completion, status);
    var id = ResponseHead.id(completion);
    var output = (ArrayNode) response.path("output");
    var thought = ChatSays.thought(said);
    var details = ChatSays.details(said) instanceof ArrayNode list ? list : Tree.array();
    if (!thought.isEmpty() || !details.isEmpty()) {
      output.add(ResponseItems.reasoning("rs_" + id + "_0", thought, details, summary));
    }
    var text = ChatSays.text(said);
    if (!text.isEmpty()) {
      add(output, id, status, ResponseItems.outputText(text));
    }
    var refusal = ChatSays.refusal(said);
    if (!refusal.isEmpty()) {
      add(output, id, status, ResponseItems.refusal(refusal));
    }
    int place = 0;
    for (var call : ChatSays.calls(said)) {
      var tool = tools.named(Tree.textAt(call.path("function"), "name"));
      output.add(
          ResponseItems.call(
              tool,
              ResponseItems.prefix(tool) + id + "_" + output.size(),
              callId(Tree.textAt(call, "id"), id, place++),
              ChatSays.arguments(call),
              "completed"));
    }
    ResponseHead.incomplete(finish, response);
    if (completion.path("usage").isObject()) {
      response.set("usage", ResponseHead.usage(completion.path("usage")));
    }
    MessageAnswer.keepNexus(completion, response);
    return response;
  }

  private static void add(ArrayNode output, String id, String status, ObjectNode part) {
    output.add(ResponseItems.message("msg_" + id + "_" + output.size(), status, part));
  }

  /** The id of a call; generated if there is none. */
  static String callId(String id, String response, int place) {
    return id.isEmpty() ? "call_" + response + "_" + place : id;
  }
}
