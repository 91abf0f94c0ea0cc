package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The content of a chat message while it is put together: a string as long as all of it is text,
 * since not all servers take a list.
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
   * @param detail how closely it is to be looked at; empty if nobody says
   */
  void image(String url, String detail) {
    isText = false;
    var image = Tree.object("url", url);
    if (!detail.isEmpty()) {
      image.put("detail", detail);
    }
    parts.add(Tree.object("type", "image_url").set("image_url", image));
  }

  /** A file that stands in the request. */
  void file(String name, String dataUrl) {
    isText = false;
    parts.add(
        Tree.object("type", "file")
            .set("file", Tree.object("filename", name).put("file_data", dataUrl)));
  }

  /** Any other part. */
  void part(ObjectNode part) {
    isText = false;
    parts.add(part);
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /**
   * All of it.
   *
   * @param between stands between texts
   */
  JsonNode content(String between) {
    return isText ? TextNode.valueOf(textOnly(between)) : Tree.array().addAll(parts);
  }

  /**
   * What a system says among the messages, where the model hears it from the user only: marked as
   * Claude Code marks it.
   */
  void reminder(String text) {
    text("<system-reminder>\n" + text + "\n</system-reminder>");
  }

  /** Adds all of it to another content. */
  void addTo(ChatParts other) {
    other.parts.addAll(parts);
    other.isText &= isText;
  }

  /** What is not text. */
  List<ObjectNode> withoutText() {
    return parts.stream().filter(each -> !isText(each)).toList();
  }

  /** What is. */
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
