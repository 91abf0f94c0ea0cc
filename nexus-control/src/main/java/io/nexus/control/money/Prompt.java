package io.nexus.control.money;

import java.util.List;

/**
 * What a provider counts as input of a chat request, taken apart by kind.
 *
 * @param messages how many messages
 * @param names how many of them say who speaks
 * @param texts everything counted as text: roles, names, contents, the names and arguments of tool
 *     calls
 * @param tools each tool definition, as the JSON text that the client sent; also a response schema
 * @param images each image
 * @param attachmentBytes size of all audio and file parts, decoded
 */
public record Prompt(
    int messages,
    int names,
    List<String> texts,
    List<String> tools,
    List<Image> images,
    long attachmentBytes) {

  /** Copies the lists. */
  public Prompt {
    texts = List.copyOf(texts);
    tools = List.copyOf(tools);
    images = List.copyOf(images);
  }

  /**
   * An image of a prompt.
   *
   * @param lowDetail whether the client asked for {@code "detail": "low"}
   */
  public record Image(boolean lowDetail) {}
}
