package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/** Translates the messages of a chat to the contents of Google's API. */
final class ChatInContents extends ChatTurns {

  /** The called functions, by the ids of the calls. */
  private final Map<String, String> called = new HashMap<>();

  ChatInContents(Wording wording) {
    super(wording, "parts", "model");
  }

  @Override
  ObjectNode textPart(String text) {
    return Tree.object(TEXT, text);
  }

  /** A call, with the signature of its thought if the client kept it. */
  @Override
  JsonNode call(Fields call) {
    var function = function(call);
    var id = call.text("id");
    var said = named(function, "args", Tree.object("id", id));
    called.put(id, Tree.textAt(said, "name"));
    var part = Tree.object();
    part.set("functionCall", said);
    var extra = call.take("extra_content");
    var signature = extra == null ? "" : Tree.textAt(extra.path("google"), "thought_signature");
    if (!signature.isEmpty()) {
      part.put("thoughtSignature", signature);
    }
    call.end();
    return part;
  }

  @Override
  JsonNode result(String callId, ArrayNode shown) {
    var text = new StringBuilder();
    for (var part : shown) {
      text.append(Tree.textAt(part, TEXT));
    }
    var object = Tree.parsed(text.toString());
    var response = Tree.object("id", callId).put("name", called.getOrDefault(callId, callId));
    response.set("response", object == null ? Tree.object("result", text.toString()) : object);
    return Tree.object().set("functionResponse", response);
  }

  @Override
  JsonNode image(String url, String at) {
    return inline(url, at);
  }

  @Override
  JsonNode audio(Fields part, JsonNode audio) {
    return inline("audio/" + Tree.textAt(audio, "format"), Tree.textAt(audio, "data"), 0);
  }

  @Override
  JsonNode file(Fields file) {
    file.hints("filename");
    return inline(file.text("file_data", ""), file.at("file_data"));
  }

  /** Data within the request; the provider does not fetch any. */
  private static ObjectNode inline(String url, String at) {
    int comma = url.indexOf(";base64,");
    if (!url.startsWith("data:") || comma < 0) {
      throw Wording.wrong(at, "a data: URL in base64, since nothing else can be translated");
    }
    return inline(url.substring("data:".length(), comma), url, comma + ";base64,".length());
  }

  private static ObjectNode inline(String type, String data, int from) {
    return Tree.object()
        .set("inlineData", Tree.object("mimeType", type).put("data", data.substring(from)));
  }
}
