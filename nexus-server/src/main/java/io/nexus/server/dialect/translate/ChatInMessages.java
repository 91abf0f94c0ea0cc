package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Translates the messages of a chat to those of Anthropic's API. */
final class ChatInMessages extends ChatTurns {

  ChatInMessages(Wording wording) {
    super(wording, "content", "assistant");
  }

  @Override
  ObjectNode textPart(String text) {
    return Tree.object("type", TEXT).put(TEXT, text);
  }

  @Override
  void thoughts(@Nullable JsonNode details, ArrayNode said) {
    if (details != null) {
      details.forEach(detail -> thought(detail, said));
    }
  }

  /** Reasoning signed by this provider; unsigned reasoning comes from another one. */
  private static void thought(JsonNode detail, ArrayNode said) {
    var signature = Tree.textAt(detail, "signature");
    var data = Tree.textAt(detail, "data");
    if (!signature.isEmpty()) {
      said.add(
          Tree.object("type", "thinking")
              .put("thinking", Tree.textAt(detail, TEXT))
              .put("signature", signature));
    } else if (!data.isEmpty()) {
      said.add(Tree.object("type", "redacted_thinking").put("data", data));
    }
  }

  @Override
  JsonNode call(Fields call) {
    var function = function(call);
    var block = Tree.object("type", "tool_use").put("id", call.text("id"));
    call.end();
    return named(function, "input", block);
  }

  @Override
  JsonNode result(String callId, ArrayNode shown) {
    var result = Tree.object("type", "tool_result").put("tool_use_id", callId);
    if (!shown.isEmpty()) {
      result.set("content", shown);
    }
    return result;
  }

  @Override
  void cached(Fields part, ObjectNode said) {
    part.copy("cache_control", said, "cache_control");
  }

  @Override
  JsonNode image(String url, String at) {
    return Tree.object("type", "image").set("source", source(url, at));
  }

  @Override
  JsonNode file(Fields file) {
    var document = Tree.object("type", "document");
    document.set("source", source(file.text("file_data", ""), file.at("file_data")));
    var name = file.text("filename", "");
    return name.isEmpty() ? document : document.put("title", name);
  }

  /** The source of an image or a document: data in the request, or an address. */
  private static ObjectNode source(String url, String at) {
    int comma = url.indexOf(";base64,");
    if (url.startsWith("data:") && comma > 0) {
      return Tree.object("type", "base64")
          .put("media_type", url.substring("data:".length(), comma))
          .put("data", url.substring(comma + ";base64,".length()));
    }
    if (url.startsWith("http://") || url.startsWith("https://")) {
      return Tree.object("type", "url").put("url", url);
    }
    throw Wording.wrong(at, "a data: URL in base64, or an http(s) URL");
  }
}
