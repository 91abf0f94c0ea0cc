package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Translates the content of a message or a tool's result of the Responses API to parts of a chat
 * message.
 */
final class ResponsesContent {

  private final Wording wording;

  ResponsesContent(Wording wording) {
    this.wording = wording;
  }

  ChatParts parts(@Nullable JsonNode content, String at) {
    var parts = new ChatParts();
    if (content == null) {
      return parts;
    }
    if (content.isTextual()) {
      parts.text(content.textValue());
    } else if (content.isArray()) {
      for (int i = 0; i < content.size(); i++) {
        part(Fields.of(wording, content.get(i), at + "[" + i + "]"), parts);
      }
    } else if (content.isObject()) {
      parts.text(Tree.text(content));
    } else {
      throw Wording.wrong(at, "a string or a list");
    }
    return parts;
  }

  private static void part(Fields part, ChatParts parts) {
    switch (part.text("type")) {
      case "input_text", "output_text", "text" -> parts.text(part.text("text"));
      case "input_image" -> {
        if (part.take("file_id") != null) {
          throw part.refusal("file_id");
        }
        var detail = part.text("detail", "");
        parts.image(part.text("image_url"), detail.equals("original") ? "high" : detail);
      }
      case "input_file" -> {
        for (var elsewhere : new String[] {"file_id", "file_url"}) {
          if (part.take(elsewhere) != null) {
            throw part.refusal(elsewhere);
          }
        }
        parts.file(part.text("filename", "file"), part.text("file_data"));
      }
      default -> throw part.refusal("type");
    }
    part.hints("annotations", "logprobs", "prompt_cache_breakpoint");
    part.end();
  }
}
