package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Builds the content of a chat message: a string if all of it is text, since not all servers accept
 * a list.
 */
final class ChatParts {

  private static final String TEXT = "text";

  private final List<ObjectNode> parts = new ArrayList<>();
  private boolean isText = true;

  void text(String text) {
    parts.add(Tree.object("type", TEXT).put(TEXT, text));
  }

  /**
   * An image.
   *
   * @param detail the requested detail; empty if not given
   */
  void image(String url, String detail) {
    isText = false;
    var image = Tree.object("url", url);
    if (!detail.isEmpty()) {
      image.put("detail", detail);
    }
    parts.add(Tree.object("type", "image_url").set("image_url", image));
  }

  /** Adds a file within the request. */
  void file(String name, String dataUrl) {
    isText = false;
    parts.add(
        Tree.object("type", "file")
            .set("file", Tree.object("filename", name).put("file_data", dataUrl)));
  }

  /** Adds any other part. */
  void part(ObjectNode part) {
    isText = false;
    parts.add(part);
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /**
   * The content.
   *
   * @param between the text between texts
   */
  JsonNode content(String between) {
    return isText ? TextNode.valueOf(textOnly(between)) : Tree.array().addAll(parts);
  }

  /**
   * Adds a system text as a user's, for models without later system messages. It is marked as
   * Claude Code does.
   */
  void reminder(String text) {
    text("<system-reminder>\n" + text + "\n</system-reminder>");
  }

  /** Adds all parts to another content. */
  void addTo(ChatParts other) {
    other.parts.addAll(parts);
    other.isText &= isText;
  }

  /** The parts other than text. */
  List<ObjectNode> withoutText() {
    return parts.stream().filter(each -> !isText(each)).toList();
  }

  /** The parts that are text. */
  String textOnly(String between) {
    return parts.stream()
        .filter(ChatParts::isText)
        .map(each -> Tree.textAt(each, TEXT))
        .collect(Collectors.joining(between));
  }

  private static boolean isText(ObjectNode part) {
    return Tree.textAt(part, "type").equals(TEXT);
  }

  static String dataUrl(String mediaType, String base64) {
    return "data:" + mediaType + ";base64," + base64;
  }
}
