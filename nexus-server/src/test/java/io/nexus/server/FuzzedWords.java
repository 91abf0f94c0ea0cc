package io.nexus.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.regex.Pattern;

/** What an answer of any API passes on in words, which no data and no labels look like. */
final class FuzzedWords {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern WORDS = Pattern.compile("(?:[a-z]{1,12} ){3,}[a-z]{0,12}");

  private FuzzedWords() {}

  /** Their bytes, over the answer or all of its events; what events repeat counts once. */
  static long in(String answer) {
    long bytes = 0;
    for (var line : answer.split("\n", -1)) {
      boolean isEvent = line.startsWith("data:");
      var json = parsed(isEvent ? line.substring("data:".length()) : line);
      for (var choice : json.path("choices")) {
        bytes +=
            Math.max(
                ofText(choice.path("delta"), "content"), ofText(choice.path("message"), "content"));
      }
      if (json.path("type").asText().equals("content_block_delta")) {
        bytes += ofText(json.path("delta"), "text");
      } else if (json.path("type").asText().equals("response.output_text.delta")) {
        bytes += ofText(json, "delta");
      }
      if (!isEvent) {
        bytes += ofAll(json.path("content"), "text");
        for (var item : json.path("output")) {
          bytes += ofAll(item.path("content"), "text");
        }
      }
      for (var candidate : json.path("candidates")) {
        bytes += ofAll(candidate.path("content").path("parts"), "text");
      }
    }
    return bytes;
  }

  private static long ofAll(JsonNode parts, String field) {
    long bytes = 0;
    for (var part : parts) {
      bytes += ofText(part, field);
    }
    return bytes;
  }

  private static long ofText(JsonNode node, String field) {
    var text = node.path(field);
    return text.isTextual() && WORDS.matcher(text.asText()).matches() ? text.asText().length() : 0;
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }
}
