package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.dialect.translate.StreamedPart.Kind;
import io.nexus.server.dialect.translate.Translation.EventTranslation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Translates the chunks of a completion to the events of a response: items in sequence, and the
 * whole response at the end.
 */
final class ResponseEventTranslation implements EventTranslation, StreamedParts.Listener {

  private final ResponseHead head;
  private final ResponsesTools tools;
  private final boolean summary;
  private final StreamedParts parts = new StreamedParts(this);
  private final ArrayNode output = Tree.array();
  private ArrayNode details = Tree.array();
  private ObjectNode first = Tree.object();
  private String id = "";
  private @Nullable ResponseItem open;
  private String finish = "";
  private JsonNode used = MissingNode.getInstance();
  private @Nullable JsonNode nexus;
  private long sequence;
  private boolean begun;
  private boolean ended;

  ResponseEventTranslation(ResponseHead head, ResponsesTools tools, boolean summary) {
    this.head = head;
    this.tools = tools;
    this.summary = summary;
  }

  @Override
  public void translate(ObjectNode chunk, EventText client) {
    if (ended) {
      return;
    }
    begin(chunk, client);
    var error = Tree.at(chunk, "error");
    if (!error.isMissingNode()) {
      fail(Trouble.of(error), client);
      return;
    }
    if (chunk.path("usage").isObject()) {
      used = chunk.path("usage");
    }
    if (chunk.has("nexus")) {
      nexus = chunk.get("nexus");
    }
    var choice = ChatSays.choice(chunk);
    var delta = choice.path("delta");
    if (ChatSays.details(delta) instanceof ArrayNode more) {
      details = Details.merged(details, more);
    }
    parts.say(Kind.THOUGHT, parts.thought(delta), client);
    parts.say(Kind.TEXT, ChatSays.text(delta), client);
    parts.say(Kind.REFUSAL, ChatSays.refusal(delta), client);
    for (var call : ChatSays.calls(delta)) {
      parts.call(call, client);
    }
    if (!Tree.textAt(choice, "finish_reason").isEmpty()) {
      finish = Tree.textAt(choice, "finish_reason");
    }
  }

  @Override
  public void end(EventText client) {
    if (!ended) {
      begin(Tree.object(), client);
      parts.end(client);
      var status = ResponseHead.status(finish);
      var response = response(status);
      ResponseHead.incomplete(finish, response);
      if (used.isObject()) {
        response.set("usage", ResponseHead.usage(used));
      }
      if (nexus != null) {
        response.set("nexus", nexus);
      }
      finish("response." + status, response, client);
    }
  }

  private void fail(Trouble trouble, EventText client) {
    var said = Tree.object("type", "error").put("code", code(trouble));
    add(client, said.put("message", trouble.message()).putNull("param"));
    var response = response("failed");
    response.set("error", Tree.object("code", code(trouble)).put("message", trouble.message()));
    finish("response.failed", response, client);
  }

  private static String code(Trouble trouble) {
    return trouble.code().isEmpty() ? "server_error" : trouble.code();
  }

  private void finish(String type, ObjectNode response, EventText client) {
    ended = true;
    add(client, Tree.object("type", type).set("response", response));
    client.done();
  }

  private ObjectNode response(String status) {
    return head.response(first, status).set("output", output.deepCopy());
  }

  private void begin(ObjectNode chunk, EventText client) {
    if (begun) {
      return;
    }
    begun = true;
    first = Tree.object();
    for (var name : new String[] {"id", "created", "model"}) {
      if (chunk.has(name)) {
        first.set(name, chunk.get(name));
      }
    }
    id = ResponseHead.id(first);
    for (var type : new String[] {"response.created", "response.in_progress"}) {
      add(client, Tree.object("type", type).set("response", response("in_progress")));
    }
  }

  @Override
  public void opened(StreamedPart part, EventText client) {
    var item = item(part);
    open = item;
    item.begin(event -> add(client, event));
  }

  private ResponseItem item(StreamedPart part) {
    if (part.kind() != Kind.CALL) {
      return new ResponseItem(part.kind(), summary, id, output.size());
    }
    var call = part.call();
    var callId = ResponseAnswer.callId(call.id(), id, call.place());
    return new ResponseItem(tools.named(call.name()), callId, id, output.size());
  }

  @Override
  public void grown(StreamedPart part, String text, EventText client) {
    Objects.requireNonNull(open).more(text, event -> add(client, event));
  }

  @Override
  public void closed(StreamedPart part, EventText client) {
    var item = Objects.requireNonNull(open);
    open = null;
    output.add(item.end(details, ResponseHead.status(finish), event -> add(client, event)));
    if (part.kind() == Kind.THOUGHT) {
      details = Tree.array();
    }
  }

  @Override
  public long waitingChars() {
    return parts.waitingChars();
  }

  /** Adds an event, with a number and the name of its type. */
  private void add(EventText client, ObjectNode event) {
    client.add(Tree.textAt(event, "type"), event.put("sequence_number", sequence++));
  }
}
